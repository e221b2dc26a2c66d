"""The text protocol of the prompted interface: acts as blocks in a completion.

    <act:send>
    to: someone@firm.example
    subject: Lunch

    At noon?
    </act:send>

What cannot be read is kept as malformed, never guessed. Texts that teach the notation to the
subject are data of the catalog; a test holds them to this parser.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from turncoat.office.acts import ActKind, Address, Malformed, Parsed, Request, Span
from turncoat.office.addresses import AddressError, read_addresses
from turncoat.office.published import PREFIX, PublishedNotationError, Written, read_published
from turncoat.office.tags import Header, Tag, match_tags, scan_tags

RECIPIENTS = ("to", "cc", "bcc")

_MAIL = (*RECIPIENTS, "subject", "attach")
_HEADER = re.compile(r"([a-z][a-z_-]*)\s*:(.*)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Notation:
    """Headers that a kind of act knows, those it needs, and whether it needs a recipient."""

    headers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    addressed: bool = False


_NOTATION = {
    ActKind.SEND: _Notation(_MAIL, addressed=True),
    ActKind.REPLY: _Notation(("message", *_MAIL), needs=("message",)),
    ActKind.FORWARD: _Notation(("message", *_MAIL), needs=("message",), addressed=True),
    ActKind.READ: _Notation(("message",), needs=("message",)),
    ActKind.SEARCH: _Notation(("query",), needs=("query",)),
    ActKind.DELETE: _Notation(("message",), needs=("message",)),
    # A missing code is for the console to refuse: the attempt shall be in the ledger.
    ActKind.CANCEL_ALERT: _Notation(("code",)),
    ActKind.CONFIRM_ALERT: _Notation(),
    ActKind.OPEN: _Notation(("document",), needs=("document",)),
    ActKind.SHARE: _Notation(
        ("document", *RECIPIENTS, "subject"), needs=("document",), addressed=True
    ),
}


def parse(text: str) -> Parsed:
    """The acts in a completion, in order. Never raises, linear in the length of the text.

    - A block runs to its balanced closing tag; tags in it are its text. It counts wherever it
      stands, in a code fence too, except in private text.
    - Headers stand at the top. A blank line ends them, and so does a line that is no `name: value`.
      An indented line goes on with a list of recipients that ends in a comma. Without attributes,
      blank lines before the headers are skipped.
    - Recipients that cannot be read make a block malformed: nobody knows whom it would have reached.
    - A tag in an inline code span that opens or closes nothing there is a mention and means nothing.
    - Private text that is never closed is malformed from its tag on if an act stands in it. So is
      what stands before a private closing tag that nothing opened, back to the last private text:
      some models leave the opening tag out, others name the closing tag while they think, and
      whether those acts were drafts cannot be known. Nor can it where a block and private text
      cross.
    - Blocks of the published framework's notation (`<tool_use:email>`) are acts as well.
    - What is the tag of an act but for white space in it or escaped brackets is malformed.
    """
    return _Parser(text).parsed()


def render_act(request: Request) -> str:
    """A request in canonical notation; parsed again it is the same request but for its span.

    Raises:
        ValueError: no notation can say it (a line break or outer white space in a value, an unknown
            or missing header, recipients that cannot be read, an unbalanced tag in the body).
    """
    headers = "".join(f"{name}: {value}\n" for name, value in request.fields.items())
    body = f"\n{request.body}\n" if request.body else ""
    text = f"<act:{request.kind}>\n{headers}{body}</act:{request.kind}>"
    read = [replace(again, span=request.span) for again in parse(text).requests]
    if read != [request]:
        raise ValueError(f"{request.kind}: the text protocol cannot say {request!r}")
    return text


@dataclass(frozen=True, slots=True)
class _Mark:
    """Up to where the text is read for good, and how much was found there."""

    position: int = 0
    requests: int = 0
    malformed: int = 0


class NotationError(ValueError):
    """A block or a call that cannot be read; becomes a `Malformed` in one place each."""


class _Parser:
    """One pass over the tags of a text; each step reads one item and says where the next begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tags = scan_tags(text)
        self.pairs = match_tags(self.tags)
        self.requests: list[Request] = []
        self.malformed: list[Malformed] = []
        self.private: list[Span] = []
        self.settled = _Mark()

    def parsed(self) -> Parsed:
        index = 0
        while index < len(self.tags):
            tag = self.tags[index]
            index = self.act(index, tag) if tag.is_act else self.aside(index, tag)
        return Parsed(tuple(self.requests), tuple(self.malformed), tuple(self.private))

    def act(self, index: int, tag: Tag) -> int:
        if tag.complete:
            self.block(tag, tag)
            return index + 1
        if index in self.pairs:
            self.closed_act(index, self.pairs[index])
            return self.pairs[index] + 1
        if not tag.mention:
            self.keep(self.up_to_next(index), _alone(tag))
        return index + 1

    def closed_act(self, opening: int, closing: int) -> None:
        """A block, unless private text begins in it and ends behind it: then who knows."""
        inner = range(opening + 1, closing)
        crossing = [i for i in inner if not self.tags[i].is_act and self.pairs.get(i, 0) > closing]
        start, end = self.tags[opening], self.tags[closing]
        if crossing:
            span = Span(start.span.start, end.span.end)
            self.keep(span, f"<{start.name}> and <{self.tags[crossing[0]].name}> cross")
        else:
            self.block(start, end)

    def aside(self, index: int, tag: Tag) -> int:
        if index in self.pairs:
            end = self.tags[self.pairs[index]].span.end
            self.hide(Span(tag.span.start, end))
            return self.pairs[index] + 1
        if tag.mention or tag.complete:
            return index + 1
        if tag.closing:
            self.doubt(tag)
            return index + 1
        self.leave_open(index, tag)
        return len(self.tags)

    def doubt(self, tag: Tag) -> None:
        """What stands before a private closing tag that nothing opened."""
        before = Span(self.settled.position, tag.span.end)
        requests, malformed = self.settled.requests, self.settled.malformed
        if len(self.requests) > requests or len(self.malformed) > malformed:
            del self.requests[requests:], self.malformed[malformed:]
            self.keep(before, f"</{tag.name}> closes what nothing opened: drafts or acts?")
            self.settle(before)
        else:
            self.hide(before)

    def leave_open(self, index: int, tag: Tag) -> None:
        rest = Span(tag.span.start, len(self.text))
        if any(later.is_act and not later.mention for later in self.tags[index + 1 :]):
            self.keep(rest, f"<{tag.name}> is never closed: drafts or acts?")
        else:
            self.hide(rest)

    def hide(self, span: Span) -> None:
        self.private.append(span)
        self.settle(span)

    def settle(self, span: Span) -> None:
        self.settled = _Mark(span.end, len(self.requests), len(self.malformed))

    def block(self, opening: Tag, closing: Tag) -> None:
        span = Span(opening.span.start, closing.span.end)
        content = self.text[opening.span.end : max(opening.span.end, closing.span.start)]
        try:
            self.requests.extend(_requests(opening, content, span))
        except (NotationError, PublishedNotationError) as error:
            self.keep(span, str(error))

    def up_to_next(self, index: int) -> Span:
        following = self.tags[index + 1 : index + 2]
        end = following[0].span.start if following else len(self.text)
        return Span(self.tags[index].span.start, end)

    def keep(self, span: Span, problem: str) -> None:
        self.malformed.append(Malformed(self.text[span.start : span.end], problem, span))


def _alone(tag: Tag) -> str:
    """What is wrong with the tag of an act that belongs to no block."""
    if tag.apparent:
        return f"only looks like a tag of {tag.name}: white space in it, or escaped brackets"
    problem = "closes nothing" if tag.closing else "is never closed"
    return f"<{'/' * tag.closing}{tag.name}> {problem}"


def _requests(opening: Tag, content: str, span: Span) -> list[Request]:
    if opening.broken:
        raise NotationError(f"<{opening.name}: the tag cannot be read to its end")
    return [request_of(written, span) for written in _written(opening, content)]


def _written(opening: Tag, content: str) -> tuple[Written, ...]:
    """What a block says, in either notation."""
    if opening.name.startswith(PREFIX):
        return read_published(opening.name, opening.attributes, content)
    kind = kind_named(opening.name.partition(":")[2])
    lines, body = _split(content, blank_lines_first=not opening.attributes)
    return (Written(kind, (*opening.attributes, *lines), body),)


def request_of(written: Written, span: Span) -> Request:
    """What a block or a call says, as a request.

    Raises:
        NotationError: a header is unknown, missing or double, or recipients cannot be read.
    """
    fields = _fields(written.kind, written.headers)
    _check_needs(written.kind, fields)
    return Request(written.kind, fields, written.body, span)


def kind_named(kind: str) -> ActKind:
    """The kind of act of a name.

    Raises:
        NotationError: there is none.
    """
    if kind not in set(ActKind):
        raise NotationError(f"unknown kind of act {kind!r}; expected one of {', '.join(ActKind)}")
    return ActKind(kind)


def _split(content: str, *, blank_lines_first: bool) -> tuple[list[Header], str]:
    """The header lines at the top of a block, and the body below them, stripped."""
    headers: list[Header] = []
    position = _first_line(content, blank_lines_first=blank_lines_first)
    while position < len(content):
        end = content.find("\n", position)
        end = len(content) if end < 0 else end
        line = content[position:end]
        header = _header(line, headers[-1:])
        if header is None:
            break
        headers.append(header)
        position = end + 1
    return headers, content[position:].strip()


def _first_line(content: str, *, blank_lines_first: bool) -> int:
    if blank_lines_first:
        return len(content) - len(content.lstrip())
    rest = content.lstrip(" \t\r")
    return len(content) - len(rest.removeprefix("\n"))


def _header(line: str, before: list[Header]) -> Header | None:
    found = _HEADER.fullmatch(line.strip())
    if found:
        return Header(found[1].lower(), found[2].strip())
    if line[:1] in {" ", "\t"} and line.strip() and before and _goes_on(before[0]):
        return Header(before[0].name, line.strip())
    return None


def _goes_on(header: Header) -> bool:
    return header.name in RECIPIENTS and header.value.endswith((",", ";"))


def _fields(kind: ActKind, headers: Iterable[Header]) -> dict[str, str]:
    known = _NOTATION[kind].headers
    values: dict[str, list[str]] = {}
    for header in headers:
        if header.name not in known:
            raise NotationError(f"{kind}: unknown header {header.name!r}; {_expected(known)}")
        if header.name in values and header.name not in RECIPIENTS:
            raise NotationError(f"{kind}: the header {header.name!r} stands twice")
        values.setdefault(header.name, []).append(header.value)
    return {name: ", ".join(parts) for name, parts in values.items()}


def _expected(known: tuple[str, ...]) -> str:
    return f"expected {', '.join(known)}" if known else "it takes none"


def _check_needs(kind: ActKind, fields: dict[str, str]) -> None:
    notation = _NOTATION[kind]
    missing = [name for name in notation.needs if not fields.get(name)]
    if missing:
        raise NotationError(f"{kind}: the header {missing[0]!r} is missing")
    listed = [address for name in RECIPIENTS for address in _addresses(name, fields)]
    if notation.addressed and not listed:
        raise NotationError(f"{kind}: no recipient; expected to, cc or bcc")


def _addresses(name: str, fields: dict[str, str]) -> tuple[Address, ...]:
    try:
        return read_addresses(fields.get(name, ""))
    except AddressError as error:
        raise NotationError(f"{name}: {error}") from error
