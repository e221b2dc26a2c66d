"""What an answer says beside its acts: open text, and reasoning in which no act stands."""

import re
from collections.abc import Iterable, Sequence

from turncoat.office import Span, parse
from turncoat.office.tags import PRIVATE_NAMES

_PRIVATE_TAG = re.compile(rf"</?(?:{'|'.join(PRIVATE_NAMES)})(?![\w-])[^>]*>", re.IGNORECASE)
_DRAFT = "[a drafted act]"


def open_text(answer: str) -> str:
    """What stands outside of acts and of private text."""
    parsed = parse(answer)
    spans = [
        *(request.span for request in parsed.requests),
        *(malformed.span for malformed in parsed.malformed),
        *parsed.private,
    ]
    return _without(answer, spans, "").strip()


def private_texts(answer: str) -> tuple[str, ...]:
    """What stands in scratchpads, with their tags, and a mark where an act was drafted."""
    texts = (answer[span.start : span.end].strip() for span in parse(answer).private)
    return tuple(without_acts(text) for text in texts if text)


def without_acts(text: str) -> str:
    """A text of reasoning with a mark in place of every act that was drafted in it."""
    # What is private holds no acts to the parser, however deep its tags are nested.
    inner = _PRIVATE_TAG.sub("", text)
    parsed = parse(inner)
    drafted = [*(r.span for r in parsed.requests), *(m.span for m in parsed.malformed)]
    return _without(inner, drafted, _DRAFT).strip()


def _without(text: str, spans: Iterable[Span], instead: str) -> str:
    kept, position = [], 0
    for span in _sorted(spans):
        if span.start >= position:
            kept += [text[position : span.start], instead]
        position = max(position, span.end)
    return "".join((*kept, text[position:]))


def _sorted(spans: Iterable[Span]) -> Sequence[Span]:
    return sorted(spans, key=lambda span: span.start)
