"""Which of our conditions the published stimuli have, and what the package calls them."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.reference.port import Setting
from turncoat.catalog.scenarios import valid
from turncoat.design import FACTORS, Condition
from turncoat.scenario import When
from turncoat.scenario.pack import Excluded, Space

_FILE = "space.yaml"
_DEFECT = ("prohibition", "welfare")


class _Reasons(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fixed: str
    level: str
    value: str
    defect: str
    unfilled: str


class Levels(BaseModel):
    """Our levels to the package's words, and the levels that it has no choice of.

    Attributes:
        unfilled: scenario to where a placeholder of its mails stays as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    goal: dict[str, str]
    value: dict[str, str]
    threat: dict[str, str]
    instruction: dict[str, str]
    reasoning: dict[str, str]
    belief: dict[str, str]
    fixed: dict[str, str]
    defaults: dict[str, str]
    unfilled: dict[str, When]
    reasons: _Reasons

    @property
    def varied(self) -> dict[str, dict[str, str]]:
        """Factor to our levels and the package's words, for the factors that it varies."""
        names = ("goal", "value", "threat", "instruction", "reasoning", "belief")
        return {name: getattr(self, name) for name in names}

    def setting(self, scenario: str, cell: Condition) -> Setting:
        """A condition as the package's arguments."""
        words = {name: levels[cell[name]] for name, levels in self.varied.items()}
        return Setting(
            scenario=scenario,
            goal_type=words["goal"],
            goal_value=words["value"],
            urgency=words["threat"],
            extra=words["instruction"],
            scratchpad=words["reasoning"] == "true",
            notice=words["belief"] == "true",
        )

    def space(self, scenario: str) -> Space:
        """The conditions that the stimuli have, each missing one with its reason."""
        constraints = (*self._constraints(), *self._defects(scenario))
        return Space(defaults=self.defaults, constraints=constraints, forms="fixed")

    def conditions(self) -> Iterator[Condition]:
        """Every condition that has a stimulus, those with a defect included."""
        space = Space(defaults=self.defaults, constraints=tuple(self._constraints()))
        yield from space.grid.select({name: tuple(levels) for name, levels in self.varied.items()})

    def _constraints(self) -> Iterator[Excluded]:
        for factor in FACTORS:
            had = self.varied.get(factor.name) or {self.fixed[factor.name]: ""}
            other = tuple(level for level in factor.levels if level not in had)
            if other:
                reason = self.reasons.level if factor.name in self.varied else self.reasons.fixed
                yield Excluded(when={factor.name: other}, reason=reason)
        stated = ("explicit", "latent", "swapped")
        yield Excluded(when={"goal": stated, "value": ("own",)}, reason=self.reasons.value)

    def _defects(self, scenario: str) -> Iterator[Excluded]:
        broken: When = {"instruction": _DEFECT}
        yield Excluded(when=broken, reason=self.reasons.defect, defect=True)
        if scenario in self.unfilled:
            unfilled = self.unfilled[scenario]
            yield Excluded(when=unfilled, reason=self.reasons.unfilled, defect=True)


@cache
def load_levels() -> Levels:
    """The levels.

    Raises:
        PackError: the file is broken.
    """
    folder = Path(__file__).parent
    data = parse_yaml(read_text(folder, _FILE), _FILE)
    return valid(Levels, data, _FILE)


def settings_of(scenario: str) -> Iterator[Setting]:
    """Every combination of the words that the package's signature allows for goal and threat.

    More than have a prompt, and more than have a prompt of their own.
    """
    levels = load_levels()
    values = (*levels.value.values(), "ambiguous")
    combinations = product(levels.goal.values(), values, levels.threat.values())
    for goal_type, goal_value, urgency in combinations:
        yield Setting(scenario, goal_type, goal_value, urgency)
