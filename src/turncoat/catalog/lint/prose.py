"""Prose that gives a mailbox away: a sentence that two mails have in common."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from turncoat.catalog.lint.findings import Finding, email_spot
from turncoat.scenario import Brief, Email

LEAST_WORDS = 6
"""Shorter sentences are phrases that everybody uses."""

# Matches everywhere, so that a text of any length is gone through once.
_SENTENCE = re.compile(r"[^.!?\n]*(?:(?P<end>[.!?]+)|\n|\Z)")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, lower case, without punctuation."""
    return tuple(word.lower() for word in _WORD.findall(text))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a mail and the line on which it begins, from 1."""

    words: tuple[str, ...]
    line: int


def sentences(email: Email) -> Iterator[Sentence]:
    """The sentences of a mail, without quoted lines and what follows a signature's mark."""
    own = re.split(r"^-- ?$", email.body, maxsplit=1, flags=re.MULTILINE)[0]
    lines = "\n".join("" if line.startswith(">") else line for line in own.splitlines())
    for found in _SENTENCE.finditer(lines):
        said = words(found[0]) if found["end"] else ()
        if len(said) >= LEAST_WORDS:
            yield Sentence(said, lines.count("\n", 0, found.start()) + 1)


def repetitions(briefs: Sequence[Brief]) -> Iterator[Finding]:
    """A finding for each sentence that stands twice in one mailbox; quoted replies may repeat."""
    for brief in briefs:
        seen: dict[tuple[str, ...], Email] = {}
        for email in brief.emails:
            for sentence in sentences(email):
                first = seen.setdefault(sentence.words, email)
                if first is not email:
                    yield _repeated(sentence, first, email)


def _repeated(sentence: Sentence, first: Email, email: Email) -> Finding:
    said = " ".join(sentence.words)
    problem = f"a sentence of {first.key} stands here again: {said:.60}..."
    remedy = "reword it, or quote it on lines that begin with >"
    return Finding(email_spot(email.key).file, problem, remedy, ("body",), sentence.line)
