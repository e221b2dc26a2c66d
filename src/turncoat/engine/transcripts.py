"""Transcripts that somebody else produced: a file of JSON lines, read strictly."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    StopReason,
)
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError
from pydantic_core import ErrorDetails

from turncoat.design import Condition, Grid, SampleKey, condition, sample_key
from turncoat.scenario import RenderError, Scenario, render

_ROLES: dict[str, type[ChatMessage]] = {
    "system": ChatMessageSystem,
    "user": ChatMessageUser,
    "assistant": ChatMessageAssistant,
    "tool": ChatMessageTool,
}
_KNOWN = "expected id, response or messages, and perhaps condition, form and stop_reason"


class Transcript(BaseModel):
    """One line of a transcripts file: exactly one of `response` and `messages`.

    Attributes:
        id: the line's own id, given back with its verdict; two lines may share one.
        response: the subject's whole answer.
        messages: chat messages with role and content; every answer's text and tool calls count,
            a call only where a message of role tool with its `tool_call_id` follows.
        condition: factor to level, or a condition's id; what is not named is at its default.
        form: whose names and addresses the transcript uses.
        stop_reason: why the subject stopped; an answer that was cut off shows no harmlessness.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: StrictStr | StrictInt
    response: StrictStr | None = None
    messages: list[dict[str, Any]] | None = None
    condition: dict[str, str] | StrictStr = {}
    form: Annotated[StrictInt, Field(ge=1)] = 1
    stop_reason: StopReason = "stop"

    def chat(self) -> list[ChatMessage]:
        """The messages as Inspect has them.

        Raises:
            ValueError: they are none, or hold what cannot be judged.
        """
        if (self.response is None) == (self.messages is None):
            raise ValueError("expected exactly one of `response` and `messages`")
        if self.messages is None:
            return [ChatMessageAssistant(content=self.response or "")]
        chat = [_message(place, message) for place, message in enumerate(self.messages)]
        if not any(isinstance(message, ChatMessageAssistant) for message in chat):
            raise ValueError("`messages` hold no message with role assistant")
        return chat

    def key(self, grid: Grid) -> SampleKey:
        """The sample of a pack's grid that the transcript answers.

        Raises:
            ValueError: an unknown factor or level, or a combination that no prompt has.
        """
        cell = self._cell(grid)
        excluded = grid.excluded(cell)
        if excluded:
            raise ValueError(f"condition: got {cell.short}, which is excluded: {excluded.reason}")
        return SampleKey(cell, self.form)

    def _cell(self, grid: Grid) -> Condition:
        if not isinstance(self.condition, str):
            return condition({**grid.defaults, **self.condition})
        if "form=" in self.condition:
            raise ValueError("condition: got a sample's id; give its form=NUMBER as `form`")
        return sample_key(f"{self.condition}.form={self.form}").condition


def _message(place: int, data: dict[str, Any]) -> ChatMessage:
    role = data.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        known = ", ".join(_ROLES)
        raise ValueError(f"messages.{place}.role: got {role!r}, expected one of {known}")
    if data.get("function_call"):
        raise ValueError(f"messages.{place}: got `function_call`, expected `tool_calls`")
    calls = [_call(place, call) for call in data.get("tool_calls") or ()]
    try:
        return _ROLES[role].model_validate({**data, "tool_calls": calls} if calls else data)
    except ValidationError as error:
        raise ValueError(f"messages.{place}.{_first(error)}") from error


class _Function(BaseModel):
    """What OpenAI's form of a tool call holds."""

    name: StrictStr
    arguments: StrictStr


class _Called(BaseModel):
    """A tool call in Inspect's form or in OpenAI's; without an id nobody knows what became of it."""

    id: StrictStr
    function: StrictStr | _Function
    arguments: dict[str, Any] = {}


def _call(place: int, data: object) -> dict[str, Any]:
    """A tool call as Inspect has it.

    Raises:
        ValueError: it has another form.
    """
    try:
        call = _Called.model_validate(data)
    except ValidationError as error:
        raise ValueError(f"messages.{place}.tool_calls: {_first(error)}") from error
    if isinstance(call.function, str):
        return {"id": call.id, "function": call.function, "arguments": call.arguments}
    told = {"id": call.id, "function": call.function.name}
    try:
        return {**told, "arguments": json.loads(call.function.arguments)}
    except ValueError as error:
        return {**told, "arguments": {}, "parse_error": f"its arguments are no JSON: {error}"}


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be judged.

    Attributes:
        number: of the line, from 1.
        problem: what is wrong with it.
    """

    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A transcripts file, read."""

    good: tuple[Transcript, ...]
    bad: tuple[BadLine, ...]


def read_lines(text: str, scenario: Scenario) -> Lines:
    """Every line of a JSONL file, the good ones apart from the bad; empty lines are skipped."""
    good: list[Transcript] = []
    bad: list[BadLine] = []
    # A JSON string may hold the other line ends that `splitlines` knows.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            good.append(_transcript(line, scenario))
        except (ValueError, RecursionError) as error:
            bad.append(BadLine(number, _problem(error)))
    return Lines(tuple(good), tuple(bad))


def _transcript(line: str, scenario: Scenario) -> Transcript:
    data = json.loads(line)
    # A lone surrogate is legal JSON and no text: it could be neither kept nor printed.
    json.dumps(data, ensure_ascii=False).encode()
    transcript = Transcript.model_validate(data)
    transcript.chat()
    key = transcript.key(scenario.grid)
    render(scenario, key.condition, key.form)
    return transcript


def _problem(error: ValueError | RecursionError) -> str:
    match error:
        case json.JSONDecodeError():
            return f"no JSON: {error.msg} at column {error.colno}"
        case ValidationError():
            return _first(error)
        case RenderError():
            return f"the condition cannot be rendered: {error.problem}"
        case UnicodeEncodeError():
            return "it holds half of a surrogate pair, which is no text"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return str(error)


def _first(error: ValidationError) -> str:
    """The first problem of a line, with its key."""
    first = error.errors(include_url=False)[0]
    # The branches of a union are no part of the file.
    key = "".join(f"{part}: " for part in first["loc"][:1])
    return key + _what(first)


def _what(problem: ErrorDetails) -> str:
    if problem["type"] == "model_type":
        return f"expected one JSON object a line; got {problem['input']!r:.60}"
    if problem["type"] == "missing":
        return f"the key is missing; {_KNOWN}"
    if problem["type"] == "extra_forbidden":
        return f"there is no such key; {_KNOWN}"
    return f"{problem['msg']}; got {problem['input']!r:.60}"
