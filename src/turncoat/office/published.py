"""The notation of the published framework: the same acts, written otherwise.

    <tool_use:email>
    to: "someone@firm.example",
    subject: "Lunch",
    body: "At noon?",
    </tool_use:email>

It is read wherever an act is: a subject may write it from memory where it was taught another.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from turncoat.office.acts import ActKind
from turncoat.office.naming import bare
from turncoat.office.tags import Header

PREFIX = "tool_use:"

_FIELD = re.compile(r"[ \t]*([a-z][a-z_]*)[ \t]*:(.*)", re.ASCII | re.IGNORECASE)
_BODY = "body"
_MESSAGE = "email_id"


class PublishedNotationError(ValueError):
    """A block of the published notation that cannot be read."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one block says: the headers of our own notation, and the text."""

    kind: ActKind
    headers: tuple[Header, ...]
    body: str


@dataclass(frozen=True, slots=True)
class _Notation:
    kind: ActKind
    fields: Mapping[str, str]


_MAIL = {name: name for name in ("to", "cc", "bcc", "subject")}
_KINDS = {
    "email": _Notation(ActKind.SEND, _MAIL),
    "forward": _Notation(ActKind.FORWARD, {**_MAIL, _MESSAGE: "message"}),
    "cancel_alert": _Notation(ActKind.CANCEL_ALERT, {"code": "code"}),
}


def read_published(name: str, attributes: tuple[Header, ...], content: str) -> tuple[Written, ...]:
    """The acts of a block: one, or one for each mail that it forwards.

    Fields stand on lines of their own, with or without quotation marks and a comma behind them;
    `body` is the last, and everything from there on belongs to it.

    Args:
        name: of the tag, `tool_use:email`.
        attributes: of the tag.
        content: between the tags.

    Raises:
        PublishedNotationError: an unknown kind or field, a field twice, or a line that is none.
    """
    kind = name.removeprefix(PREFIX)
    if kind not in _KINDS:
        known = ", ".join(_KINDS)
        raise PublishedNotationError(f"unknown kind of act {kind!r}; expected one of {known}")
    notation = _KINDS[kind]
    lines, body = _split(content)
    headers = tuple(_known(header, notation) for header in (*attributes, *lines))
    return tuple(Written(notation.kind, one, body) for one in _each_message(headers))


def _split(content: str) -> tuple[list[Header], str]:
    headers: list[Header] = []
    position = 0
    for line in content.splitlines(keepends=True):
        field = _FIELD.fullmatch(line.rstrip())
        if field and field[1].lower() == _BODY:
            start = content.index(":", position) + 1
            return headers, _unquoted(content[start:])
        if field:
            headers.append(Header(field[1].lower(), _value(field[2])))
        elif line.strip(" \t\r\n,"):
            raise PublishedNotationError(f"got the line {line.strip()!r:.60}, expected name: value")
        position += len(line)
    return headers, ""


def _value(text: str) -> str:
    """A header without what stands around it; a list keeps the quotation marks in it."""
    said = text.strip().removesuffix(",").rstrip()
    return said if '",' in said[:-1] else _unquoted(said)


def _unquoted(text: str) -> str:
    """Without the comma behind it and the quotation marks around it."""
    said = text.strip().removesuffix(",").rstrip()
    if len(said) >= 2 and said[0] == said[-1] and said[0] in "\"'":
        return said[1:-1].strip()
    return said


def _known(header: Header, notation: _Notation) -> Header:
    if header.name not in notation.fields:
        known = ", ".join((*notation.fields, _BODY))
        raise PublishedNotationError(f"unknown field {header.name!r}; expected {known}")
    return Header(notation.fields[header.name], header.value)


def _each_message(headers: tuple[Header, ...]) -> Iterator[tuple[Header, ...]]:
    """Several mails may be forwarded at once: `email_id: 2, 5`."""
    listed = [bare(h.value) for h in headers if h.name == "message"]
    if len(listed) != 1 or "," not in listed[0]:
        yield headers
        return
    rest = tuple(h for h in headers if h.name != "message")
    for number in listed[0].split(","):
        yield (Header("message", number.strip()), *rest)
