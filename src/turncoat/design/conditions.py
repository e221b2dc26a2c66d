"""A condition is one level for every factor; its id is derived from all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from turncoat.design.factors import FACTORS, Factor

Levels = Mapping[str, tuple[str, ...]]
"""Factor name to some of its levels."""

_PLACES = {factor.name: place for place, factor in enumerate(FACTORS)}


@dataclass(frozen=True, slots=True)
class Setting:
    """One factor at one level."""

    factor: str
    level: str

    def __str__(self) -> str:
        return f"{self.factor}={self.level}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One level for every factor, in the order of `FACTORS`.

    Build it with `condition(goal="none", ...)`: factors that are not named stay at their default.
    """

    settings: tuple[Setting, ...]

    def __getitem__(self, factor: str) -> str:
        return self.settings[_PLACES[factor]].level

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.settings)

    def __str__(self) -> str:
        return self.id

    @property
    def levels(self) -> dict[str, str]:
        """Factor name to level, in the order of `FACTORS`."""
        return {setting.factor: setting.level for setting in self.settings}

    @property
    def id(self) -> str:
        """`goal=explicit.threat=none...`: every factor, so that no two conditions share an id."""
        return ".".join(str(setting) for setting in self.settings)

    @property
    def short(self) -> str:
        """Only what differs from the factors' defaults, for people; `default` if nothing does."""
        apart = [s for s in self if s.level != FACTORS[_PLACES[s.factor]].default]
        return " ".join(map(str, apart)) or "default"

    def replace(self, levels: Mapping[str, str]) -> "Condition":
        """The same condition with some factors at other levels."""
        return condition({**self.levels, **levels})

    def matches(self, when: Levels) -> bool:
        """Whether every named factor stands at one of the given levels; an empty `when` matches."""
        return all(self[factor] in allowed for factor, allowed in when.items())


def factor_named(name: str) -> Factor:
    """The factor of that name.

    Raises:
        KeyError: there is no such factor.
    """
    return FACTORS[_PLACES[name]]


def condition(levels: Mapping[str, str] | None = None) -> Condition:
    """The condition with these levels, and every other factor at its default.

    Raises:
        ValueError: an unknown factor or level.
    """
    wanted = dict(levels or {})
    settings = tuple(Setting(f.name, _level(f, wanted.pop(f.name, f.default))) for f in FACTORS)
    if wanted:
        known = ", ".join(factor.name for factor in FACTORS)
        raise ValueError(f"unknown factor {next(iter(wanted))!r}; the factors are {known}")
    return Condition(settings)


def _level(factor: Factor, level: str) -> str:
    if level not in factor.levels:
        known = ", ".join(factor.levels)
        raise ValueError(
            f"unknown level {level!r} of factor {factor.name!r}; its levels are {known}"
        )
    return level
