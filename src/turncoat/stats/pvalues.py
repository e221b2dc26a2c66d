"""What a test returns, and the test that agrees with the report's interval."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, nan

from scipy.optimize import brentq

from turncoat.stats.contrasts import risk_difference
from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Contrast

SMALLEST = 1e-6
"""No smaller p is told apart: interval limits that far out mean nothing."""


@dataclass(frozen=True, slots=True)
class PValue:
    """The answer of a two-sided test.

    Attributes:
        p: the p-value, in [0, 1]; NaN where an arm has no trial.
        n_treated: trials of the treated arm.
        n_control: trials of the control arm.
        clusters: matched forms that the test generalizes over; None without matching.
        method: name of the test, for tables; where p is NaN, why.
        hypothesis: what is assumed where p is small by chance alone, in words.
    """

    p: float
    n_treated: int
    n_control: int
    clusters: int | None
    method: str
    hypothesis: str

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return not isnan(self.p)


def difference_p(treated: Counts, control: Counts) -> PValue:
    """The p that belongs to `risk_difference`: 1 - the level at which its interval reaches 0.

    Estimand: none; it tests that the two rates are equal, over forms where the interval is.
    Assumptions: those of `risk_difference`, whose cluster-robust interval is inverted; p is below
    0.05 exactly where the 95 % interval that the report shows leaves out 0.
    Prefer another: `equal_rates_p`, which is exact in small cells of given prompts, and `mcnemar`
    on matched forms of one trial each. Never below `SMALLEST`.
    Source: Casella, Berger 2002, Statistical Inference, section 9.2, for the inversion.

    Args:
        treated: events and trials by form.
        control: the same of the control; either may be empty, which gives NaN.
    """
    return p_of(lambda level: risk_difference(treated, control, level=level))


def p_of(interval: Callable[[float], Contrast]) -> PValue:
    """The p that belongs to the interval of a difference.

    Args:
        interval: the contrast at a level.
    """
    shown = interval(LEVEL)
    known = shown.known
    p = inverted(lambda level: _gap(interval(level))) if known else nan
    method = f"{shown.method}, inverted" if known else "an arm has nothing scored"
    return PValue(p, shown.n_treated, shown.n_control, shown.clusters, method, "equal rates")


def inverted(gap: Callable[[float], float]) -> float:
    """1 - the level at which an interval reaches 0, in [`SMALLEST`, 1].

    Args:
        gap: how far the interval at a level stays away from 0; negative where it holds 0.
    """
    if gap(SMALLEST) <= 0:
        return 1.0
    if gap(1 - SMALLEST) >= 0:
        return SMALLEST
    return 1 - float(brentq(gap, SMALLEST, 1 - SMALLEST, xtol=1e-9))


def _gap(contrast: Contrast) -> float:
    return contrast.low if contrast.point > 0 else -contrast.high
