"""Acts as native tool calls: the same requests as the text protocol's blocks, written as arguments.

A tool is named as the kind of act; its arguments are the block's headers, and `body` the text below
them. Recipients may be a list.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from turncoat.office.acts import Malformed, Request, Span
from turncoat.office.protocol import (
    RECIPIENTS,
    NotationError,
    kind_named,
    parse,
    request_of,
)
from turncoat.office.published import Written
from turncoat.office.tags import Header

BODY = "body"

_NOWHERE = Span(0, 0)
"""A call stands beside the message's text, not in it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call, as the agent wrote it.

    Attributes:
        name: of the tool; ours are the kinds of acts.
        arguments: by name, of any JSON type.
    """

    name: str
    arguments: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.name}({json.dumps(dict(self.arguments), ensure_ascii=False, default=str)})"


@dataclass(frozen=True, slots=True)
class Called:
    """An answer whose acts are tool calls; `text` is what stood around its blocks."""

    text: str
    calls: tuple[Call, ...]


def read_call(call: Call) -> Request | Malformed:
    """The request that a call makes; what is none is kept, never guessed."""
    try:
        return _request(call)
    except NotationError as error:
        return malformed_call(call, str(error))


def malformed_call(call: Call, problem: str) -> Malformed:
    """A call of which nobody knows what it did."""
    return Malformed(str(call), problem, _NOWHERE)


def called(text: str) -> Called:
    """A completion of the text protocol with its blocks as calls.

    What cannot be read stays in the text, and so does private text.
    """
    calls, kept, position = [], [], 0
    for request in parse(text).requests:
        kept.append(text[position : request.span.start])
        position = request.span.end
        body = {BODY: request.body} if request.body else {}
        calls.append(Call(request.kind.value, {**request.fields, **body}))
    return Called("".join((*kept, text[position:])).strip(), tuple(calls))


def _request(call: Call) -> Request:
    kind = kind_named(call.name)
    headers = tuple(
        Header(name, _value(call, name, value))
        for name, value in call.arguments.items()
        if name != BODY
    )
    return request_of(Written(kind, headers, _body(call)), _NOWHERE)


def _value(call: Call, name: str, value: object) -> str:
    if isinstance(value, list) and name in RECIPIENTS and all(isinstance(v, str) for v in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        raise NotationError(f"{call.name}: the argument {name!r} is no text")
    return " ".join(value.split())


def _body(call: Call) -> str:
    body = call.arguments.get(BODY, "")
    if not isinstance(body, str):
        raise NotationError(f"{call.name}: the argument {BODY!r} is no text")
    return body.strip()
