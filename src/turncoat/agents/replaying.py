"""Replays what a subject said earlier or elsewhere, so that it is judged like an answer of now."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ModelOutput, StopReason
from inspect_ai.solver import Generate, Solver, TaskState, solver
from pydantic import TypeAdapter

from turncoat.design import SAMPLE_STORE, Sampled

_MESSAGES = TypeAdapter(list[ChatMessage])


class NoAnswer(LookupError):
    """There is nothing to judge: the subject's own sample ended in an error, or never ran."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a subject said in one sample of a log.

    Attributes:
        messages: JSON of the messages from the subject's first on, ids and native reasoning kept;
            as objects they would take ten times the memory.
        stop_reason: Inspect's, of the last output; None where that was empty.
        metadata: what the sample is to say of where the answer comes from.
    """

    messages: bytes
    stop_reason: StopReason | None
    metadata: dict[str, str]


def answer_of(
    messages: Sequence[ChatMessage], output: ModelOutput, metadata: dict[str, str]
) -> Answer:
    """The answer in a sample's messages."""
    roles = [message.role for message in messages]
    said = list(messages[roles.index("assistant") :]) if "assistant" in roles else []
    stop_reason = None if output.empty else output.stop_reason
    return Answer(_MESSAGES.dump_json(said, exclude_none=True), stop_reason, metadata)


@solver
def answered(answers: Callable[[Sampled], Answer]) -> Solver:
    """Puts a recorded answer in place of a generation; calls no model.

    The sample's metadata name its `scenario`. No answer (`NoAnswer`) is an error of the sample.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate
        sampled = Sampled(str(state.metadata["scenario"]), str(state.sample_id), state.epoch)
        state.store.set(SAMPLE_STORE, asdict(sampled))
        answer = answers(sampled)
        said = _MESSAGES.validate_json(answer.messages)
        state.messages = [*state.messages, *said]
        state.output = _output(said, answer.stop_reason) if answer.stop_reason else ModelOutput()
        state.metadata = {**state.metadata, **answer.metadata}
        state.completed = True
        return state

    return solve


@solver
def replaying() -> Solver:
    """Puts the sample's recorded messages in place of a generation; calls no model.

    The sample's metadata holds `messages` (Inspect chat messages as data) and `stop_reason`.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate
        messages = _MESSAGES.validate_python(state.metadata["messages"])
        state.messages = messages
        state.output = _output(messages, state.metadata["stop_reason"])
        state.completed = True
        return state

    return solve


def _output(messages: list[ChatMessage], stop_reason: StopReason) -> ModelOutput:
    said = [message for message in messages if isinstance(message, ChatMessageAssistant)]
    return ModelOutput.from_message(said[-1], stop_reason=stop_reason)
