"""Replays a transcript that was produced elsewhere, so that it is judged like our own."""

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ModelOutput, StopReason
from inspect_ai.solver import Generate, Solver, TaskState, solver
from pydantic import TypeAdapter

_MESSAGES = TypeAdapter(list[ChatMessage])


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
