"""What differs between two renderings, or two versions of a pack, as lines and words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from turncoat.scenario.brief import Brief, Email

Mark = Literal["same", "removed", "added"]

_WORDS = re.compile(r"\n|[^\S\n]+|[^\s]+")
_LEAST_KEPT = 0.4
_FEW = 2
_SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both sides have, or only one of them."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same on both sides.

    Attributes:
        what: `system prompt: TITLE`, `mail: KEY`, or a file.
        kind: whether it is on one side only.
        pieces: the text in order, with what was removed and added.
    """

    what: str
    kind: Literal["changed", "removed", "added"]
    pieces: tuple[Piece, ...]


def brief_differences(before: Brief, after: Brief) -> tuple[Difference, ...]:
    """What the subject reads otherwise: sections of the system prompt, then mails in time order.

    A mail that only has another number counts as the same.
    """
    system = text_differences(_sections(before.system), _sections(after.system), "system prompt: ")
    mails = text_differences(_mails(before), _mails(after), "mail: ")
    return (*system, *mails)


def text_differences(
    before: Mapping[str, str], after: Mapping[str, str], what: str = ""
) -> tuple[Difference, ...]:
    """What differs between named texts; those of `before` in their order, then the new ones."""
    return tuple(_differences(before, after, what))


def _differences(
    before: Mapping[str, str], after: Mapping[str, str], what: str
) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None:
            yield Difference(f"{what}{name}", "added", (Piece("added", new or ""),))
        elif new is None:
            yield Difference(f"{what}{name}", "removed", (Piece("removed", old),))
        elif old != new:
            yield Difference(f"{what}{name}", "changed", tuple(_pieces(old, new)))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """Line by line, and word by word within lines that were changed."""
    for a, b in _opposed(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if a == b:
            yield Piece("same", a)
        else:
            yield from _words(a, b)


def _words(old: str, new: str) -> Iterator[Piece]:
    """Whole words, so that a reader sees what was written; whole texts if little is left of one."""
    pairs = list(_joined(_opposed(_WORDS.findall(old), _WORDS.findall(new))))
    kept = sum(len(x) for x, y in pairs if x == y)
    if kept < _LEAST_KEPT * max(len(old), len(new)):
        pairs = [(old, new)]
    for x, y in pairs:
        if x == y:
            yield Piece("same", x)
            continue
        if x:
            yield Piece("removed", x)
        if y:
            yield Piece("added", y)


def _joined(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Changes that only a word or two keep apart are one change: a reader wants phrases."""
    held = ("", "")
    between = ""
    for a, b in pairs:
        if a != b:
            held = (held[0] + between + a, held[1] + between + b)
            between = ""
        elif held == ("", "") or len(a.split()) > _FEW:
            yield from ((x, y) for x, y in (held, (between, between)) if x or y)
            held, between = ("", ""), ""
            yield a, b
        else:
            between += a
    yield from ((x, y) for x, y in (held, (between, between)) if x or y)


def _opposed(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The stretches of both sides that stand opposite each other."""
    for _, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield "".join(a[a1:a2]), "".join(b[b1:b2])


def _sections(system: str) -> dict[str, str]:
    """Title to text; what stands above the first title is `beginning`."""
    parts = _SECTION.split(system)
    titles = ["beginning", *parts[1::2]]
    return {title: text.strip() for title, text in zip(titles, parts[::2], strict=True)}


def _mails(brief: Brief) -> dict[str, str]:
    documents = {document.key: document for document in brief.documents}
    attached = {
        email.key: "".join(
            f"\n\n[{documents[key].title}]\n{documents[key].body}" for key in email.attachments
        )
        for email in brief.emails
    }
    return {
        email.key: f"{_head(email)}\n\n{email.body}{attached[email.key]}" for email in brief.emails
    }


def _head(email: Email) -> str:
    sent = f"{email.sent:%A %d %B %H:%M}"
    to = ", ".join((*email.to, *email.cc))
    return f"{sent}, {email.sender} to {to}\nSubject: {email.subject}"
