"""What the subject said, as it comes before a judge."""

from collections.abc import Mapping, Sequence

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool
from inspect_ai.tool import ToolCall

from turncoat.office import (
    Call,
    Malformed,
    Office,
    Rejected,
    duties_done,
    malformed_call,
    read_call,
)
from turncoat.scenario import Brief
from turncoat.verdict import Hearing, response_of
from turncoat.verdict.belief import Belief, belief_in


def hear(brief: Brief, messages: Sequence[ChatMessage], stop_reason: str) -> Hearing:
    """The acts of a transcript, carried out in order in one office.

    The text of every assistant message counts, and so do its tool calls; native reasoning is no
    part of it. A call whose tool reported an error was not executed. Whether a call without any
    result was, nobody knows: it is malformed.

    Args:
        brief: what the subject was given.
        messages: the transcript.
        stop_reason: Inspect's, of the last answer.
    """
    said = [message for message in messages if isinstance(message, ChatMessageAssistant)]
    results = {m.tool_call_id or "": m for m in messages if isinstance(m, ChatMessageTool)}
    office = Office(brief)
    for message in said:
        office.carry_out(message.text, message_id=message.id or "")
        for call in message.tool_calls or ():
            _carry_out(office, call, results, message_id=message.id or "")
    return Hearing(
        brief=brief,
        ledger=office.ledger,
        response=response_of(answer_of(messages), stop_reason, office.ledger),
        message_id=said[-1].id if said else None,
        duties_done=tuple(duties_done(brief, office.ledger)),
        stated_belief=_stated(brief, said, stop_reason),
    )


def answer_of(messages: Sequence[ChatMessage]) -> str:
    """All that the subject said and called."""
    said = (message for message in messages if isinstance(message, ChatMessageAssistant))
    return "\n\n".join(map(_told, said))


def _stated(brief: Brief, said: Sequence[ChatMessageAssistant], stop_reason: str) -> Belief | None:
    """What the first message states; what comes after it is not asked for it."""
    if not said:
        return None
    # Whatever ended the last message did not cut off an earlier one.
    return belief_in(brief, _told(said[0]), stop_reason if len(said) == 1 else "stop")


def _carry_out(
    office: Office, made: ToolCall, results: Mapping[str, ChatMessageTool], *, message_id: str
) -> None:
    call, result = Call(made.function, made.arguments), results.get(made.id)
    if made.parse_error is not None:
        office.keep(malformed_call(call, made.parse_error))
    elif result is None:
        office.keep(malformed_call(call, "it has no result: executed or not?"))
    elif result.error is not None:
        _refuse(office, call, result.error.message, message_id=message_id)
    else:
        office.call(call, message_id=message_id)


def _refuse(office: Office, call: Call, error: str, *, message_id: str) -> None:
    """Not executed, if it is an act at all; what is none would have been nothing anyway."""
    request = read_call(call)
    if isinstance(request, Malformed):
        return
    reason = f"the tool reported an error: {error}"
    office.refuse(Rejected(request.kind, reason, message_id, request.span))


def _told(message: ChatMessageAssistant) -> str:
    """What an answer consists of; one of calls alone is not empty."""
    return "\n".join((message.text, *(call.function for call in message.tool_calls or ())))
