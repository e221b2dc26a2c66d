"""What can go wrong at a provider, and when it does."""

import threading
from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from laboratory.prompt import Prompt


class Fault(StrEnum):
    """One way in which a provider fails."""

    RATE_LIMIT = "rate_limit"
    """Status 429."""
    SERVER_ERROR = "server_error"
    """Status 500."""
    GARBAGE = "garbage"
    """Status 200, a body that is no JSON and no event stream."""
    EMPTY = "empty"
    """A message without text."""
    TRUNCATED = "truncated"
    """The first half of the answer, stopped by the token limit."""
    FILTERED = "filtered"
    """A message without text, stopped by the provider's filter."""
    SILENT = "silent"
    """No answer: the connection stays open until the client leaves or the laboratory closes."""
    HANG_UP = "hang_up"
    """No answer: the connection is closed."""


class Rule(BaseModel):
    """A fault for the requests of a provider and model (None: of all).

    For the `first` n requests, for each request whose number `every` divides, or for ever. A rule
    counts the requests that match it and that no earlier rule has failed, since it was set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Fault
    provider: str | None = None
    model: str | None = None
    first: PositiveInt | None = None
    every: PositiveInt | None = None

    @model_validator(mode="after")
    def _one_rhythm(self) -> Self:
        if self.first is not None and self.every is not None:
            raise ValueError("give `first` or `every` or neither, not both; use two rules")
        return self

    def matches(self, prompt: Prompt) -> bool:
        """Whether the rule is about this request."""
        return self.provider in (None, prompt.provider) and self.model in (None, prompt.model)

    def strikes(self, number: int) -> bool:
        """Whether the rule fails its `number`-th request, counted from 1."""
        if self.first is not None:
            return number <= self.first
        return self.every is None or number % self.every == 0


class Schedule:
    """The rules in force; safe to use from several threads."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._lock = threading.Lock()
        self.replace(rules)

    def replace(self, rules: Iterable[Rule]) -> None:
        """Put these rules in force, counting from 0; none of the earlier ones stays."""
        with self._lock:
            self._rules = tuple(rules)
            self._seen = [0] * len(self._rules)

    def choose(self, prompt: Prompt) -> Fault | None:
        """The fault of the first rule that strikes this request, or None."""
        with self._lock:
            for position, rule in enumerate(self._rules):
                if rule.matches(prompt):
                    self._seen[position] += 1
                    if rule.strikes(self._seen[position]):
                        return rule.fault
        return None
