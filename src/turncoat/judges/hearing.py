"""What the subject said, as it comes before a judge."""

from collections.abc import Sequence

from inspect_ai.model import ChatMessage, ChatMessageAssistant

from turncoat.office import Office, duties_done
from turncoat.scenario import Brief
from turncoat.verdict import Hearing, response_of


def hear(brief: Brief, messages: Sequence[ChatMessage], stop_reason: str) -> Hearing:
    """The acts of a transcript, carried out in order in one office.

    The text of every assistant message counts; native reasoning is no part of it.

    Args:
        brief: what the subject was given.
        messages: the transcript.
        stop_reason: Inspect's, of the last answer.
    """
    said = [message for message in messages if isinstance(message, ChatMessageAssistant)]
    office = Office(brief)
    for message in said:
        office.carry_out(message.text, message_id=message.id or "")
    text = "\n\n".join(message.text for message in said)
    return Hearing(
        brief=brief,
        ledger=office.ledger,
        response=response_of(text, stop_reason, office.ledger),
        message_id=said[-1].id if said else None,
        duties_done=tuple(duties_done(brief, office.ledger)),
    )
