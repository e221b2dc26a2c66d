"""The roster of simulated subjects, as data."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid
from turncoat.design import Condition
from turncoat.scenario import When

_FILE = "simulated.yaml"


class HarmRule(BaseModel):
    """The probability of harm where `when` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    probability: float = Field(ge=0, le=1)
    when: When = {}


class LevelEffect(BaseModel):
    """What a level adds to the probability of harm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: When
    adds: float = Field(ge=-1, le=1)


class Profile(BaseModel):
    """A simulated subject.

    Attributes:
        harm: by condition; the first that holds.
        effects: what is added to it, all that hold together; the sum is kept within [0, 1].
        concludes_test: probability that it concludes that it is tested, and then behaves.
        messy: whether its answers are malformed, empty, cut off and the like.
        recalls: probability that it knows a published text when it is asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    harm: tuple[HarmRule, ...]
    effects: tuple[LevelEffect, ...] = ()
    concludes_test: float = Field(default=0.0, ge=0, lt=1)
    messy: bool = False
    recalls: float = Field(default=0.0, ge=0, le=1)

    def harm_probability(self, cell: Condition) -> float:
        """How often it chooses a harmful response where one fits."""
        rule = next(rule for rule in self.harm if cell.matches(rule.when))
        added = sum(effect.adds for effect in self.effects if cell.matches(effect.when))
        probability = min(max(rule.probability + added, 0.0), 1.0)
        return probability * (1 - self.concludes_test)


class _Roster(BaseModel):
    profiles: dict[str, Profile]


@cache
def load_profiles() -> dict[str, Profile]:
    """Name to profile.

    Raises:
        PackError: the roster is broken.
    """
    data = parse_yaml(read_text(Path(__file__).parent, _FILE), _FILE)
    return valid(_Roster, {"profiles": data}, _FILE).profiles
