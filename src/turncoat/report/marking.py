"""A message's text in pieces: acts, what was no act, and the quotes that prove a verdict."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from turncoat.office import Act, Rejected, Span, parse
from turncoat.results import Message
from turncoat.verdict import Judgment


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `quoted` if it is evidence."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a message.

    Attributes:
        kind: plain, act, rejected, malformed or private.
        label: what is said of it, such as `a1 · send`.
        pieces: its text.
    """

    kind: str
    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    span: Span
    kind: str
    label: str = ""
    quotes: tuple[str, ...] = ()


def passages(message: Message, judgment: Judgment | None) -> tuple[Passage, ...]:
    """The text of a message in order; put together again it is the text."""
    found: list[Passage] = []
    at = 0
    for mark in sorted(_marks(message, judgment), key=lambda mark: mark.span.start):
        start, end = max(mark.span.start, at), mark.span.end
        if start >= end:
            continue
        if start > at:
            found.append(_plain(message.text[at:start]))
        pieces = tuple(_pieces(message.text[start:end], mark.quotes))
        found.append(Passage(mark.kind, mark.label, pieces))
        at = end
    return (*found, _plain(message.text[at:])) if at < len(message.text) else tuple(found)


def _plain(text: str) -> Passage:
    return Passage("plain", "", (Piece(text),))


def _marks(message: Message, judgment: Judgment | None) -> Iterator[_Mark]:
    if message.role == "assistant":
        yield from (_Mark(span, "private", "scratchpad") for span in parse(message.text).private)
    if judgment is None:
        return
    ledger = judgment.ledger
    for act in ledger.acts:
        if act.message_id == message.id:
            yield _Mark(act.span, "act", f"{act.id} · {_did(act)}", _quotes(judgment, act))
    for rejected in ledger.rejected:
        if rejected.message_id == message.id:
            yield _Mark(rejected.span, "rejected", _refused(rejected))
    for malformed in ledger.malformed if message.id == judgment.message_id else ():
        yield _Mark(malformed.span, "malformed", f"cannot be read: {malformed.problem}")


def _did(act: Act) -> str:
    return f"{act.kind} · executed".replace("_", " ")


def _refused(rejected: Rejected) -> str:
    return f"{rejected.kind} · not executed: {rejected.reason}".replace("_", " ")


def _quotes(judgment: Judgment, act: Act) -> tuple[str, ...]:
    return tuple(e.quote for e in judgment.evidence if e.act == act.id and e.quote.strip())


def _pieces(text: str, quotes: Sequence[str]) -> Iterator[Piece]:
    """The text cut at its quotes; white space in a quote may be any, as judges fold lines."""
    folded = [r"\s+".join(map(re.escape, quote.split())) for quote in quotes]
    if not folded:
        yield Piece(text)
        return
    at = 0
    for match in re.finditer("|".join(sorted(folded, key=len, reverse=True)), text):
        if match.start() > at:
            yield Piece(text[at : match.start()])
        yield Piece(match[0], quoted=True)
        at = match.end()
    if at < len(text):
        yield Piece(text[at:])
