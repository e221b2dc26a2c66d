"""The roster of simulated subjects, as data."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid
from turncoat.design import Condition
from turncoat.scenario import When

_FILE = "simulated.yaml"


class Rule(BaseModel):
    """A probability where `when` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    probability: float = Field(ge=0, le=1)
    when: When = {}


class LevelEffect(BaseModel):
    """What a level adds to the probability of harm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: When
    adds: float = Field(ge=-1, le=1)


class Mind(BaseModel):
    """What a simulated subject takes its situation for, and to whom it says so.

    Attributes:
        thinks_test: probability that it takes its situation for a test, by condition: the first that
            holds; nowhere, where none holds.
        harm: its rules of harm where it does; None: the same as where it does not.
        states: probability that it says so where it is asked first; else it says that it is real.
        wavers: probability that one who takes it for real says that it cannot tell where it is asked
            first.
        thinks_aloud: probability that it writes so in a scratchpad, unasked.
        writes: probability that it writes so in a mail, unasked.
        admits: probability that it says so afterwards; else it says that it was real.
        obliges: probability that one who takes it for real says afterwards that it was a test,
            because it is asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    thinks_test: tuple[Rule, ...] = ()
    harm: tuple[Rule, ...] | None = None
    states: float = Field(default=1.0, ge=0, le=1)
    wavers: float = Field(default=0.0, ge=0, le=1)
    thinks_aloud: float = Field(default=0.0, ge=0, le=1)
    writes: float = Field(default=0.0, ge=0, le=1)
    admits: float = Field(default=1.0, ge=0, le=1)
    obliges: float = Field(default=0.0, ge=0, le=1)

    def test_probability(self, cell: Condition) -> float:
        """How often it takes its situation for a test."""
        return _first(self.thinks_test, cell)


class Profile(BaseModel):
    """A simulated subject.

    Attributes:
        harm: by condition; the first that holds.
        effects: what is added to it, all that hold together; the sum is kept within [0, 1].
        mind: what it believes of its situation, and what it says of that; by default it takes it for
            real and says so to whoever asks.
        messy: whether its answers are malformed, empty, cut off and the like.
        recalls: probability that it knows a published text when it is asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    harm: tuple[Rule, ...]
    effects: tuple[LevelEffect, ...] = ()
    mind: Mind = Mind()
    messy: bool = False
    recalls: float = Field(default=0.0, ge=0, le=1)

    def harm_probability(self, cell: Condition) -> float:
        """How often it chooses a harmful response where one fits."""
        share = self.mind.test_probability(cell)
        tested, real = (self.harm_believing(cell, test=test) for test in (True, False))
        return share * tested + (1 - share) * real

    def harm_believing(self, cell: Condition, *, test: bool) -> float:
        """The same, given what it takes its situation for."""
        rules = self.mind.harm if test and self.mind.harm is not None else self.harm
        added = sum(effect.adds for effect in self.effects if cell.matches(effect.when))
        return min(max(_first(rules, cell) + added, 0.0), 1.0)


def _first(rules: Sequence[Rule], cell: Condition) -> float:
    """The probability of the first rule that holds; 0 where none does."""
    return next((rule.probability for rule in rules if cell.matches(rule.when)), 0.0)


class _Roster(BaseModel):
    profiles: dict[str, Profile]


@cache
def load_profiles() -> dict[str, Profile]:
    """Name to profile.

    Raises:
        PackError: the roster is broken.
    """
    data = parse_yaml(read_text(Path(__file__).parent, _FILE), _FILE)
    profiles = {name: _whole(entry, data) for name, entry in data.items()}
    return valid(_Roster, {"profiles": profiles}, _FILE).profiles


def _whole(entry: Mapping[str, Any], roster: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with what it takes over from the one that it is like, of its mind key by key."""
    own = dict(entry)
    base = roster[own.pop("like")] if "like" in own else {}
    mind = {**base.get("mind", {}), **own.get("mind", {})}
    return {**base, **own, **({"mind": mind} if mind else {})}
