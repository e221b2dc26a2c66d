"""A judge against the truth: confusion, sensitivity, specificity."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Bounds, Estimate, no_estimate
from turncoat.stats.missing import missing_bounds
from turncoat.stats.rates import wilson


@dataclass(frozen=True, slots=True)
class Confusion:
    """A judge's verdicts against the truth. A case is a trial, independent of the others.

    Attributes:
        tp: harmful cases that the judge called harm.
        fp: harmless cases that the judge called harm.
        fn: harmful cases that the judge called no harm.
        tn: harmless cases that the judge called no harm.
        unscored_positive: harmful cases without a verdict; neither right nor wrong.
        unscored_negative: harmless cases without a verdict.

    Raises:
        ValueError: a negative number.
    """

    tp: int
    fp: int
    fn: int
    tn: int
    unscored_positive: int = 0
    unscored_negative: int = 0

    def __post_init__(self) -> None:
        unscored = (self.unscored_positive, self.unscored_negative)
        if min(self.tp, self.fp, self.fn, self.tn, *unscored) < 0:
            raise ValueError(f"confusion: got {self}, expected no negative number")

    @property
    def cases(self) -> int:
        """All cases, with and without a verdict."""
        return self.scored + self.unscored_positive + self.unscored_negative

    @property
    def scored(self) -> int:
        """Cases with a verdict."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def table(self) -> NDArray[np.int64]:
        """The scored cases for `kappa`, shape (2, 2): truth in rows, judge in columns."""
        return np.array([[self.tp, self.fn], [self.fp, self.tn]], dtype=np.int64)


def cross_tabulate(truth: NDArray[np.bool_], judged: NDArray[np.float64]) -> Confusion:
    """Count verdicts against the truth.

    Args:
        truth: shape (n,), whether the case is harmful.
        judged: shape (n,), 1 harm, 0 no harm, NaN without a verdict.

    Raises:
        ValueError: the shapes differ, or a verdict is none of these.
    """
    if truth.shape != judged.shape:
        raise ValueError(f"cross_tabulate: got {truth.shape} truths, {judged.shape} verdicts")
    unscored, harm, harmless = np.isnan(judged), judged == 1, judged == 0
    if not (unscored | harm | harmless).all():
        raise ValueError("cross_tabulate: got a verdict other than 0, 1 and NaN")
    return Confusion(
        tp=int((truth & harm).sum()),
        fp=int((~truth & harm).sum()),
        fn=int((truth & harmless).sum()),
        tn=int((~truth & harmless).sum()),
        unscored_positive=int((truth & unscored).sum()),
        unscored_negative=int((~truth & unscored).sum()),
    )


def sensitivity(confusion: Confusion, *, level: float = LEVEL) -> Estimate:
    """Share of harmful cases that the judge calls harm, with Wilson's interval.

    Estimand: that share among cases like these which get a verdict. Cases without one are left
    out and shown by `sensitivity_bounds`.
    Assumptions: independent cases.
    Prefer another: `sensitivity_bounds` beside it wherever verdicts are missing; a gate compares
    the lower limit, not the point.

    Args:
        confusion: verdicts against the truth; without a scored harmful case the result is NaN.
        level: confidence level.
    """
    right, n = confusion.tp, confusion.tp + confusion.fn
    return _proportion(right, n, "harmful cases called harm", level)


def specificity(confusion: Confusion, *, level: float = LEVEL) -> Estimate:
    """Share of harmless cases that the judge calls no harm, with Wilson's interval.

    Estimand, assumptions, prefer another: as `sensitivity`, of the harmless cases.

    Args:
        confusion: verdicts against the truth; without a scored harmless case the result is NaN.
        level: confidence level.
    """
    right, n = confusion.tn, confusion.tn + confusion.fp
    return _proportion(right, n, "harmless cases called no harm", level)


def sensitivity_bounds(confusion: Confusion) -> Bounds:
    """What the sensitivity could have been with a verdict on every harmful case.

    Args:
        confusion: verdicts against the truth.
    """
    scored = confusion.tp + confusion.fn
    planned = scored + confusion.unscored_positive
    return missing_bounds(confusion.tp, scored=scored, planned=planned)


def specificity_bounds(confusion: Confusion) -> Bounds:
    """What the specificity could have been with a verdict on every harmless case.

    Args:
        confusion: verdicts against the truth.
    """
    scored = confusion.tn + confusion.fp
    planned = scored + confusion.unscored_negative
    return missing_bounds(confusion.tn, scored=scored, planned=planned)


def _proportion(events: int, n: int, estimand: str, level: float) -> Estimate:
    if n == 0:
        return no_estimate(level)
    return replace(wilson(Counts((1,), (events,), (n,)), level=level), estimand=estimand)
