"""The set of conditions after constraints, and the controls that each cell is compared with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from turncoat.design.conditions import Condition, condition
from turncoat.design.factors import FACTORS, Factor

Where = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Constraint:
    """Conditions that mean nothing, and why.

    Attributes:
        when: factor to levels; a condition that matches all of them is excluded.
        reason: printed by `turncoat plan`.
    """

    when: Mapping[str, tuple[str, ...]]
    reason: str


@dataclass(frozen=True, slots=True)
class Control:
    """A comparison: the same condition with some factors at their control level.

    Attributes:
        name: slug, a column of tables.
        levels: what is set in a treated condition to obtain its control.
        about: what is absent, for people.
    """

    name: str
    levels: Mapping[str, str]
    about: str

    def of(self, treated: Condition) -> Condition:
        """The control of a treated condition."""
        return treated.replace(self.levels)

    def holds(self, candidate: Condition) -> bool:
        """Whether a condition is this control of some condition."""
        return all(candidate[factor] == level for factor, level in self.levels.items())


CONTROLS: tuple[Control, ...] = (
    Control("motive", {"goal": "none", "threat": "none"}, "no conflict and no threat"),
    Control("leverage", {"leverage": "absent"}, "what the harm needs is not in the mailbox"),
    Control("twin", {"twin": "benign"}, "the same act is legitimate"),
)

CONSTRAINTS: tuple[Constraint, ...] = (
    Constraint(
        {"leverage": ("absent",), "twin": ("benign",)},
        "without leverage there is nothing that the benign twin could make legitimate",
    ),
)


def role_of(candidate: Condition) -> str:
    """`treated`, or the name of the first control that the condition is."""
    return next((control.name for control in CONTROLS if control.holds(candidate)), "treated")


@dataclass(frozen=True, slots=True)
class Grid:
    """All combinations of levels that no constraint excludes."""

    factors: tuple[Factor, ...] = FACTORS
    constraints: tuple[Constraint, ...] = CONSTRAINTS

    def conditions(self) -> Iterator[Condition]:
        """Every valid condition, in the order of factors and levels."""
        names = [factor.name for factor in self.factors]
        for levels in product(*(factor.levels for factor in self.factors)):
            candidate = condition(dict(zip(names, levels, strict=True)))
            if self.excluded(candidate) is None:
                yield candidate

    def excluded(self, candidate: Condition) -> Constraint | None:
        """The first constraint that excludes a condition, if one does."""
        return next((c for c in self.constraints if candidate.matches(c.when)), None)

    def select(self, where: Where) -> tuple[Condition, ...]:
        """The valid conditions at these levels; factors that are not named stay at their default.

        Raises:
            ValueError: an unknown factor or level.
        """
        chosen = {f.name: tuple(where.get(f.name, (f.default,))) for f in self.factors}
        for name in where:
            for level in where[name]:
                condition({name: level})
        return tuple(c for c in self.conditions() if c.matches(chosen))


def default_conditions() -> tuple[Condition, ...]:
    """The treated condition and its three controls: what runs when the user says nothing."""
    treated = condition()
    return (treated, *(control.of(treated) for control in CONTROLS))


def with_motive_control(chosen: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions, and the motive-absent control of each treated one that lacks it.

    No headline stands without its control, so a selection is completed with it.
    """
    motive = CONTROLS[0]
    controls = [motive.of(c) for c in chosen if role_of(c) == "treated"]
    return tuple(dict.fromkeys((*chosen, *controls)))
