"""What a provider was asked, the same for both providers."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: `role` is the wire's (`developer` reads as `system`), `text` is verbatim."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request for a completion.

    `settings` is the rest of the request's body as it was sent (temperature, seed, schema, ...).
    """

    provider: str
    model: str
    turns: tuple[Turn, ...]
    settings: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def system(self) -> str:
        """The system texts, joined by an empty line."""
        return self._texts("system")

    @property
    def user(self) -> str:
        """The user texts, joined by an empty line."""
        return self._texts("user")

    @property
    def users(self) -> tuple[str, ...]:
        """The user texts, in order."""
        return tuple(turn.text for turn in self.turns if turn.role == "user")

    @property
    def hash(self) -> str:
        """SHA-256 of every role and text, in order; neither provider nor model nor settings."""
        told = json.dumps([[turn.role, turn.text] for turn in self.turns])
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def tokens(self) -> int:
        """Words of all turns: the laboratory's unit of account."""
        return sum(words(turn.text) for turn in self.turns)

    @property
    def streams(self) -> bool:
        """Whether the client asked for server-sent events."""
        return self.settings.get("stream") is True

    def _texts(self, role: str) -> str:
        return "\n\n".join(turn.text for turn in self.turns if turn.role == role)


Answer = Callable[[Prompt], str]
"""A pure function: it is called from several threads at once."""


def words(text: str) -> int:
    """The number of words of `text`."""
    return len(text.split())
