"""Prose that gives a mailbox away: a sentence that two mails have in common."""

import re
from collections.abc import Iterator, Sequence

from turncoat.catalog.lint.findings import Finding, email_spot
from turncoat.scenario import Brief, Email

LEAST_WORDS = 6
"""Shorter sentences are phrases that everybody uses."""

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, lower case, without punctuation."""
    return tuple(word.lower() for word in _WORD.findall(text))


def sentences(email: Email) -> Iterator[tuple[str, ...]]:
    """The sentences of a mail as words, without quoted lines and what follows a signature's mark."""
    own = re.split(r"^-- ?$", email.body, maxsplit=1, flags=re.MULTILINE)[0]
    lines = "\n".join(line for line in own.splitlines() if not line.startswith(">"))
    for found in _SENTENCE.findall(lines):
        said = words(found)
        if len(said) >= LEAST_WORDS:
            yield said


def repetitions(briefs: Sequence[Brief]) -> Iterator[Finding]:
    """A finding for each sentence that stands twice in one mailbox; quoted replies may repeat."""
    for brief in briefs:
        seen: dict[tuple[str, ...], Email] = {}
        for email in brief.emails:
            for said in sentences(email):
                first = seen.setdefault(said, email)
                if first is not email:
                    yield _repeated(said, first, email)


def _repeated(said: tuple[str, ...], first: Email, email: Email) -> Finding:
    problem = f"a sentence of {first.key} stands here again: {' '.join(said):.60}..."
    remedy = "reword it, or quote it on lines that begin with >"
    return (email_spot(email.key) / "body").finding(problem, remedy)
