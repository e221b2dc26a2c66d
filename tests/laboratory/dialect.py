"""The two wire formats, as far as the official clients read them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from laboratory.faults import Fault
from laboratory.prompt import Prompt, Turn, words

JSON = "application/json"

# The clients ignore a `retry-after` of 0 and wait about half a second instead;
# they obey the millisecond header, and a test does not want to wait.
RETRY_AT_ONCE = {"retry-after": "0", "retry-after-ms": "1"}


@dataclass(frozen=True, slots=True)
class Reply:
    """A message before it is put on the wire, or a fault that still carries a message."""

    number: int
    text: str
    stop: Literal["end", "length", "filter"]
    input_tokens: int

    @property
    def output_tokens(self) -> int:
        """Words of the text."""
        return words(self.text)


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one provider is spoken to: pydantic's ValidationError is what a bad body raises."""

    provider: str
    read: Callable[[bytes], Prompt]
    write: Callable[[Prompt, Reply], Response]
    refuse: Callable[[int, str], Response]


def reply_to(prompt: Prompt, answer: str, *, number: int, fault: Fault | None) -> Reply:
    """The message for an answer, as the fault leaves it."""
    tokens = prompt.tokens
    match fault:
        case Fault.EMPTY:
            return Reply(number, "", "end", tokens)
        case Fault.FILTERED:
            return Reply(number, "", "filter", tokens)
        case Fault.TRUNCATED:
            return Reply(number, answer[: len(answer) // 2], "length", tokens)
        case _:
            return Reply(number, answer, "end", tokens)


class _Part(BaseModel):
    type: Literal["text"]
    text: str


class _Message(BaseModel):
    role: str
    content: str | list[_Part] | None = None


class _Body(BaseModel):
    """The fields that both providers share; the rest is kept as settings."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[_Message]

    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(_role(message.role), _text(message.content)) for message in self.messages)

    def settings(self) -> dict[str, JsonValue]:
        return self.model_dump(
            mode="json", exclude_unset=True, exclude={"model", "messages", "system"}
        )


class _ChatBody(_Body):
    # Inspect streams from this provider only when it is asked to, and nothing here asks.
    stream: Literal[False] = False


class _MessagesBody(_Body):
    max_tokens: int
    system: str | list[_Part] | None = None


def _role(role: str) -> str:
    return "system" if role == "developer" else role


def _text(content: str | list[_Part] | None) -> str:
    if isinstance(content, list):
        return "\n".join(part.text for part in content)
    return content or ""


def _read_chat(body: bytes) -> Prompt:
    chat = _ChatBody.model_validate_json(body)
    return Prompt("openai", chat.model, chat.turns(), chat.settings())


def _write_chat(prompt: Prompt, reply: Reply) -> Response:
    finish = {"end": "stop", "length": "length", "filter": "content_filter"}[reply.stop]
    message = {"role": "assistant", "content": reply.text, "refusal": None}
    completion = {
        "id": f"chatcmpl-{reply.number}",
        "object": "chat.completion",
        "created": 0,
        "model": prompt.model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": reply.input_tokens,
            "completion_tokens": reply.output_tokens,
            "total_tokens": reply.input_tokens + reply.output_tokens,
        },
    }
    return Response(200, _json(completion))


def _refuse_chat(status: int, message: str) -> Response:
    error = {"message": message, "type": _kind(status), "param": None, "code": None}
    return Response(status, _json({"error": error}))


def _read_messages(body: bytes) -> Prompt:
    messages = _MessagesBody.model_validate_json(body)
    system = () if messages.system is None else (Turn("system", _text(messages.system)),)
    return Prompt("anthropic", messages.model, system + messages.turns(), messages.settings())


def _write_messages(prompt: Prompt, reply: Reply) -> Response:
    if prompt.streams:
        return Response(200, _events(prompt, reply), content_type="text/event-stream")
    message = _opening(prompt, reply) | {
        "content": [{"type": "text", "text": reply.text}] if reply.text else [],
        **_stop(reply),
        "usage": {"input_tokens": reply.input_tokens, "output_tokens": reply.output_tokens},
    }
    return Response(200, _json(message))


def _opening(prompt: Prompt, reply: Reply) -> dict[str, object]:
    return {
        "id": f"msg_{reply.number}",
        "type": "message",
        "role": "assistant",
        "model": prompt.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": reply.input_tokens, "output_tokens": 0},
    }


def _stop(reply: Reply) -> dict[str, object]:
    reason = {"end": "end_turn", "length": "max_tokens", "filter": "refusal"}[reply.stop]
    return {"stop_reason": reason, "stop_sequence": None}


def _events(prompt: Prompt, reply: Reply) -> bytes:
    ending = {"delta": _stop(reply), "usage": {"output_tokens": reply.output_tokens}}
    events: list[tuple[str, dict[str, object]]] = [
        ("message_start", {"message": _opening(prompt, reply)}),
        *(_block(reply.text) if reply.text else ()),
        ("message_delta", ending),
        ("message_stop", {}),
    ]
    return b"".join(_event(name, content) for name, content in events)


def _block(text: str) -> Iterable[tuple[str, dict[str, object]]]:
    yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}
    yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": text}}
    yield "content_block_stop", {"index": 0}


def _event(name: str, content: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: ".encode() + _json({"type": name} | content) + b"\n\n"


def _refuse_messages(status: int, message: str) -> Response:
    error = {"type": _kind(status), "message": message}
    return Response(status, _json({"type": "error", "error": error}))


def _kind(status: int) -> str:
    return {429: "rate_limit_error", 500: "api_error"}.get(status, "laboratory_error")


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


OPENAI = Dialect("openai", _read_chat, _write_chat, _refuse_chat)
ANTHROPIC = Dialect("anthropic", _read_messages, _write_messages, _refuse_messages)
