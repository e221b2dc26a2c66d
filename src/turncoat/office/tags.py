"""Tags of the text protocol: where they stand, what they say, which of them belong together.

Everything here is linear in the length of the text, whatever the text is.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from turncoat.office.acts import Span

PRIVATE_NAMES = (
    *("scratchpad", "scratch_pad", "scratchpad_reasoning", "reasoning", "reflection"),
    *("think", "thinking", "thought", "thoughts"),
)

_GAP = r"[\s\u00a0\u200b\u2060\ufeff]*"
# A kind must follow: "x < act" is prose.
_APPARENT = (
    rf"(?:<|&(?:lt|#0*60|#x0*3c);){_GAP}(?:/{_GAP})?(?P<apparent>(?:act|tool[-_ ]?use):[a-z0-9_-]+)"
)
_HEAD = re.compile(
    rf"<(/?)((?:act|tool_use)(?::[a-z0-9_-]*)?|{'|'.join(PRIVATE_NAMES)})(?![\w-])|{_APPARENT}",
    re.ASCII | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""\s*([a-z][\w-]*)\s*=\s*("[^"\n]*"|'[^'\n]*'|(?:[^\s"'<>=`/]|/(?!>))+)(?=[\s/>])""",
    re.ASCII | re.IGNORECASE,
)
_END = re.compile(r"\s*(/?)>")
# Runs of three and more backticks are fences, not spans; the length limit also keeps this linear.
_CODE_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)[^`\n]+\1(?!`)")


@dataclass(frozen=True, slots=True)
class Header:
    """One `name: value`, from a line or from an attribute; the name is lower case."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of an act or of private text.

    Attributes:
        name: lower case, `act:send`, `tool_use:email` or `scratchpad`.
        span: from `<` to behind `>`; a tag that cannot be read ends where it breaks.
        closing: whether it is `</...>`.
        complete: whether it is `<.../>`.
        attributes: as headers.
        broken: whether it cannot be read to its end.
        apparent: whether it only looks like the tag of an act, with white space before its name or
            with escaped brackets (`&lt;`); it opens and closes nothing.
        code_span: offset of the inline code span it stands in, on one line between backticks.
    """

    name: str
    span: Span
    closing: bool = False
    complete: bool = False
    attributes: tuple[Header, ...] = ()
    broken: bool = False
    apparent: bool = False
    code_span: int | None = None

    @property
    def is_act(self) -> bool:
        """Whether it belongs to an act, of whatever kind."""
        return self.name not in PRIVATE_NAMES

    @property
    def mention(self) -> bool:
        """Whether it stands in an inline code span."""
        return self.code_span is not None


def scan_tags(text: str) -> tuple[Tag, ...]:
    """The tags of acts and of private text in order. They do not overlap.

    Names are read without regard to case. A closing tag must be whole to be one, and so must a
    private tag; an opening tag of an act that breaks off is kept as broken.
    """
    return tuple(_tags(text, _CodeSpans(text)))


def match_tags(tags: tuple[Tag, ...]) -> dict[int, int]:
    """Index of each opening tag to the index of its closing tag, balanced by name.

    Tags match only if they stand in the same code span, or both in none: prose that mentions a tag
    in backticks neither opens nor closes what stands around it.
    """
    pairs: dict[int, int] = {}
    open_tags: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for index, tag in enumerate(tags):
        if tag.apparent:
            continue
        waiting = open_tags[tag.name, tag.code_span]
        if not tag.closing and not tag.complete:
            waiting.append(index)
        elif tag.closing and waiting:
            pairs[waiting.pop()] = index
    return pairs


def _tags(text: str, spans: "_CodeSpans") -> Iterator[Tag]:
    position = 0
    while head := _HEAD.search(text, position):
        position = head.end()
        tag = _tag(text, head, spans)
        if tag is not None:
            yield tag
            position = tag.span.end


def _tag(text: str, head: re.Match[str], spans: "_CodeSpans") -> Tag | None:
    if head["apparent"]:
        span = Span(*head.span())
        return Tag(head["apparent"].lower(), span, apparent=True, code_span=spans.around(span))
    return _closing(text, head, spans) if head[1] else _opening(text, head, spans)


def _closing(text: str, head: re.Match[str], spans: "_CodeSpans") -> Tag | None:
    end = _END.match(text, head.end())
    if end is None or end[1]:
        return None
    span = Span(head.start(), end.end())
    return Tag(head[2].lower(), span, closing=True, code_span=spans.around(span))


def _opening(text: str, head: re.Match[str], spans: "_CodeSpans") -> Tag | None:
    attributes = []
    position = head.end()
    while found := _ATTRIBUTE.match(text, position):
        attributes.append(Header(found[1].lower(), _unquoted(found[2])))
        position = found.end()
    end = _END.match(text, position)
    span = Span(head.start(), end.end() if end else position)
    tag = Tag(
        head[2].lower(),
        span,
        complete=bool(end and end[1]),
        attributes=tuple(attributes),
        broken=end is None,
        code_span=spans.around(span),
    )
    # "<think about it>" is prose; "<act:send about it>" was meant as an act.
    return None if tag.broken and not tag.is_act else tag


def _unquoted(value: str) -> str:
    return value[1:-1] if value[0] in "\"'" else value


class _CodeSpans:
    """Inline code spans of a text."""

    def __init__(self, text: str) -> None:
        found = list(_CODE_SPAN.finditer(text)) if "`" in text else []
        self._starts = [match.start() for match in found]
        self._ends = [match.end() for match in found]

    def around(self, span: Span) -> int | None:
        """Offset of the code span that holds a span."""
        index = bisect_right(self._starts, span.start) - 1
        if index >= 0 and span.end <= self._ends[index]:
            return self._starts[index]
        return None
