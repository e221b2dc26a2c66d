"""What a sample cost, from its model events.

The totals in a log's header are too low after a resume: an answer that comes from the cache is not
counted there. Its event still carries the usage of the call that was paid for once, so the events
are what is summed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspect_ai.event import Event, ModelEvent
from inspect_ai.model import ModelUsage

from turncoat.verdict.afterwards import AFTERWARDS

_OF_SUBJECT = (None, AFTERWARDS)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of some calls; None where calls were made and no provider told their usage.

    Attributes:
        input: what the model read, with what the provider's prompt cache held.
        output: what it wrote, reasoning included.
    """

    input: int | None
    output: int | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a sample cost.

    Attributes:
        subject: calls in no model role, and its answer to the question after the end.
        judge: calls in any other model role.
        cost_usd: of all calls; None unless each of them has a known price.
    """

    subject: Tokens
    judge: Tokens
    cost_usd: float | None


def usage_of(events: Iterable[Event]) -> Usage:
    """Usage summed over a sample's model events, cached answers included."""
    calls = [event for event in events if isinstance(event, ModelEvent)]
    subject = [call.output.usage for call in calls if call.role in _OF_SUBJECT]
    judge = [call.output.usage for call in calls if call.role not in _OF_SUBJECT]
    return Usage(_tokens(subject), _tokens(judge), _cost([*subject, *judge]))


def _tokens(usages: Sequence[ModelUsage | None]) -> Tokens:
    told = [usage for usage in usages if usage is not None]
    if usages and not told:
        return Tokens(None, None)
    return Tokens(sum(map(_read, told)), sum(usage.output_tokens for usage in told))


def _read(usage: ModelUsage) -> int:
    cached = (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
    return usage.input_tokens + cached


def _cost(usages: Sequence[ModelUsage | None]) -> float | None:
    prices = [usage.total_cost for usage in usages if usage is not None]
    known = [price for price in prices if price is not None]
    return sum(known) if known and len(known) == len(prices) else None
