"""What the laboratory was asked, and what became of it."""

import threading
from collections import defaultdict
from collections.abc import Callable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue

from laboratory.faults import Fault
from laboratory.prompt import Prompt


class Outcome(StrEnum):
    """What became of a request."""

    PENDING = "pending"
    """In flight."""
    ANSWERED = "answered"
    """A message was sent: a provider would bill it."""
    FAILED = "failed"
    """No message was sent."""
    ABANDONED = "abandoned"
    """The client had left when the message was ready."""


class Request(BaseModel):
    """One request for a completion, numbered from 0 in the order of arrival.

    `retry` is the number of times that the client library (not Inspect) had tried before. Tokens
    are words, and None unless the request was answered.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    provider: str
    model: str
    prompt_hash: str
    settings: dict[str, JsonValue]
    retry: int
    fault: Fault | None
    outcome: Outcome = Outcome.PENDING
    input_tokens: int | None = None
    output_tokens: int | None = None


class Count(BaseModel):
    """Sums of one provider and model; tokens are those of the answered requests."""

    model_config = ConfigDict(frozen=True)

    provider: str
    model: str
    requests: int
    answered: int
    input_tokens: int
    output_tokens: int


class Journal:
    """The requests in order of arrival; safe to use from several threads."""

    def __init__(self) -> None:
        self._requests: list[Request] = []
        self._changed = threading.Condition()

    def open(self, prompt: Prompt, *, retry: int, fault: Fault | None) -> int:
        """Note a request that has just come in; returns its number."""
        with self._changed:
            number = len(self._requests)
            request = Request(
                number=number,
                provider=prompt.provider,
                model=prompt.model,
                prompt_hash=prompt.hash,
                settings=prompt.settings,
                retry=retry,
                fault=fault,
            )
            self._requests.append(request)
            self._changed.notify_all()
            return number

    def answered(self, number: int, *, input_tokens: int, output_tokens: int) -> None:
        """Note that a message was sent."""
        self._update(
            number,
            outcome=Outcome.ANSWERED,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
        )

    def ended(self, number: int, outcome: Outcome) -> None:
        """Note that a request ended without a message."""
        self._update(number, outcome=outcome)

    def requests(self) -> tuple[Request, ...]:
        """Every request so far."""
        with self._changed:
            return tuple(self._requests)

    def wait_until(
        self, condition: Callable[[tuple[Request, ...]], bool], *, timeout_s: float
    ) -> None:
        """Block until the requests so far meet the condition; TimeoutError if they do not."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(tuple(self._requests)), timeout_s):
                raise TimeoutError(
                    f"not met within {timeout_s} s; {len(self._requests)} requests have come in"
                )

    def _update(self, number: int, **changes: object) -> None:
        with self._changed:
            self._requests[number] = self._requests[number].model_copy(update=changes)
            self._changed.notify_all()


def counts(requests: tuple[Request, ...]) -> tuple[Count, ...]:
    """Sums by provider and model, in order of their first request."""
    groups: defaultdict[tuple[str, str], list[Request]] = defaultdict(list)
    for request in requests:
        groups[request.provider, request.model].append(request)
    return tuple(_count(group) for group in groups.values())


def duplicates(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """The answered requests that repeat an answered request of the same provider and model."""
    seen: set[tuple[str, str, str]] = set()
    repeats = []
    for request in requests:
        key = (request.provider, request.model, request.prompt_hash)
        if request.outcome is Outcome.ANSWERED:
            if key in seen:
                repeats.append(request)
            seen.add(key)
    return tuple(repeats)


def _count(group: list[Request]) -> Count:
    return Count(
        provider=group[0].provider,
        model=group[0].model,
        requests=len(group),
        answered=sum(request.outcome is Outcome.ANSWERED for request in group),
        input_tokens=sum(request.input_tokens or 0 for request in group),
        output_tokens=sum(request.output_tokens or 0 for request in group),
    )
