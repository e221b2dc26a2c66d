"""How many forms and epochs a cell needs, by studies that are simulated before any is run."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from turncoat.stats.batches import Sampling, differences_of, simulate
from turncoat.stats.estimates import LEVEL
from turncoat.stats.rates import MIN_FORMS

POWER = 0.8
STUDIES = 2000

MOST_FORMS = 1000
MOST_EPOCHS = 500


@dataclass(frozen=True, slots=True)
class Shift:
    """True rates that a study should tell apart, each in [0, 1].

    Raises:
        ValueError: a rate outside [0, 1].
    """

    treated: float
    control: float

    def __post_init__(self) -> None:
        if not (0 <= self.treated <= 1 and 0 <= self.control <= 1):
            raise ValueError(
                f"shift: got rates {self.treated} and {self.control}, expected them in [0, 1]"
            )


@dataclass(frozen=True, slots=True)
class Needed:
    """The smallest cell that reaches a power.

    Attributes:
        sampling: forms and epochs of each cell.
        power: the power that it has.
    """

    sampling: Sampling
    power: float


def difference_power(
    shift: Shift, sampling: Sampling, rng: np.random.Generator, *, level: float = LEVEL
) -> float:
    """The chance that the report's interval of the difference leaves out 0.

    Estimand: the power of `risk_difference`, matched by form or not as `sampling` says. It is
    that of the interval that will be shown, with its floor of the correlation and its price for
    few forms, and so below that of a z test with the same design effect, most of all with few
    forms of many epochs.
    Assumptions: form rates follow a beta distribution with the given correlation; with fewer than
    `MIN_FORMS` forms the rates are those of the prompts themselves. By simulation of
    `STUDIES` studies: standard error of at most 0.011.
    Prefer another: statsmodels' formulas where trials are independent and many.
    Source: Arnold et al. 2011, BMC Medical Research Methodology 11:94, for power by simulation.

    Args:
        shift: the true rates.
        sampling: how both cells are sampled.
        rng: source of randomness; equal seeds give equal answers.
        level: confidence level of the interval.
    """
    treated, control = simulate((shift.treated, shift.control), sampling, STUDIES, rng)
    found = differences_of(treated, control, level, matched=sampling.matched)
    return float(found.without_0.mean())


def forms_needed(
    shift: Shift,
    sampling: Sampling,
    rng: np.random.Generator,
    *,
    power: float = POWER,
    level: float = LEVEL,
) -> Needed | None:
    """The fewest forms that find a difference over forms with this power, at given epochs.

    Estimand, assumptions, sources: as `difference_power`. The answer has an error of its own of
    some 2 % of the forms.

    Args:
        shift: the true rates.
        sampling: how both cells are sampled; its forms do not matter, the answer has at least
            `MIN_FORMS`, below which nothing is said about forms.
        rng: source of randomness.
        power: chance of a finding, in (0, 1).
        level: confidence level of the interval.

    Returns:
        None where `MOST_FORMS` are too few, as for equal rates.
    """
    goal = _Goal(shift, power, level, rng)
    return _least(lambda n: replace(sampling, forms=n), range(MIN_FORMS, MOST_FORMS + 1), goal)


def epochs_needed(
    shift: Shift,
    sampling: Sampling,
    rng: np.random.Generator,
    *,
    power: float = POWER,
    level: float = LEVEL,
) -> Needed | None:
    """The fewest epochs that find a difference with this power, at the forms of `sampling`.

    As `forms_needed`, of epochs.

    Returns:
        None where `MOST_EPOCHS` are too few: where forms differ, more trials of the same few
        forms end to help, and only more forms do.
    """
    goal = _Goal(shift, power, level, rng)
    return _least(lambda n: replace(sampling, epochs=n), range(1, MOST_EPOCHS + 1), goal)


@dataclass(frozen=True, slots=True)
class _Goal:
    """What is to be reached, and by which draws."""

    shift: Shift
    power: float
    level: float
    rng: np.random.Generator

    def power_of(self, sampling: Sampling) -> float:
        return difference_power(self.shift, sampling, self.rng, level=self.level)


def _least(cell: Callable[[int], Sampling], sizes: range, goal: _Goal) -> Needed | None:
    """The smallest cell that reaches the goal: doubling first, then halving the gap."""
    if goal.shift.treated == goal.shift.control:
        return None
    low, high = sizes[0] - 1, sizes[0]
    while (found := goal.power_of(cell(high))) < goal.power:
        if high == sizes[-1]:
            return None
        low, high = high, min(2 * high, sizes[-1])
    while high - low > 1:
        middle = (low + high) // 2
        there = goal.power_of(cell(middle))
        if there < goal.power:
            low = middle
        else:
            high, found = middle, there
    return Needed(cell(high), found)
