"""What a statistic returns: a number with its interval, its sample size and its method."""

from dataclasses import dataclass
from math import isnan, nan

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Limits:
    """Both limits of an interval that has no name yet."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A proportion in [0, 1] with its interval. What is not known is NaN, never 0.

    Attributes:
        point: events over trials; NaN without a trial.
        low: lower confidence limit; NaN without a trial.
        high: upper confidence limit; NaN without a trial.
        n: trials behind the point.
        clusters: forms that the interval generalizes over; None where it speaks only of the
            prompts that were run.
        method: name of the interval, for tables.
        estimand: what the point estimates, in words, for captions.
        level: confidence level of the interval.
    """

    point: float
    low: float
    high: float
    n: int
    clusters: int | None
    method: str
    estimand: str
    level: float = LEVEL

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return not isnan(self.point)


@dataclass(frozen=True, slots=True)
class Contrast:
    """The difference of two proportions, treated minus control, in [-1, 1].

    Attributes:
        point: treated rate minus control rate; NaN where either arm has no trial.
        low: lower confidence limit of the difference.
        high: upper confidence limit of the difference.
        n_treated: trials of the treated arm that were used.
        n_control: trials of the control arm that were used.
        clusters: matched forms that the interval generalizes over; None without matching.
        method: name of the interval, for tables.
        estimand: what the point estimates, in words, for captions.
        level: confidence level of the interval.
    """

    point: float
    low: float
    high: float
    n_treated: int
    n_control: int
    clusters: int | None
    method: str
    estimand: str
    level: float = LEVEL

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return not isnan(self.point)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the point could have been, had nothing been missing.

    Attributes:
        low: every missing outcome is no event (for harm, the best case).
        high: every missing outcome is an event (for harm, the worst case).
        planned: outcomes that were asked for.
        missing: planned outcomes without a score.
    """

    low: float
    high: float
    planned: int
    missing: int


def no_estimate(level: float = LEVEL) -> Estimate:
    """The estimate of a cell without a trial: all NaN, n 0."""
    return Estimate(nan, nan, nan, 0, None, "none", "nothing was scored", level)
