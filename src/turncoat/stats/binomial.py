"""The rate of given prompts by the two other intervals that people ask for, beside Wilson's."""

from dataclasses import replace

from scipy.special import betaincinv

from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Estimate
from turncoat.stats.rates import exact_limits, wilson


def jeffreys(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """The modified Jeffreys interval for the pooled rate of the prompts that were run.

    Estimand, assumptions: as `wilson`.
    Prefer this one where a posterior is wanted: it is that of the prior Beta(1/2, 1/2), equal
    tails, and errs equally often on both sides. Prefer `wilson` otherwise, which is what the field
    reports; `clopper_pearson` where coverage must never be below the level; `rate` to speak about
    forms that were not run.
    At the edges it is modified as in the source, since the posterior's limits dip there (to 88 %
    at 50 trials and a rate of 5 %): with one event the lower limit is 0, with none the upper is
    that of Clopper and Pearson, and the mirror of it with one miss and none.
    Source: Brown, Cai, DasGupta 2001, Statistical Science 16:101-133, section 4.1.2.

    Args:
        counts: events and trials by form; empty gives NaN with n 0.
        level: confidence level.
    """
    shown = wilson(counts, level=level)
    if not shown.known:
        return shown
    events, misses = counts.event_count, shown.n - counts.event_count
    low = _jeffreys_low(events, misses, level)
    high = 1 - _jeffreys_low(misses, events, level)
    return replace(shown, low=low, high=high, method="Jeffreys, modified")


def _jeffreys_low(events: int, misses: int, level: float) -> float:
    tail = (1 - level) / 2
    if misses == 0:
        return float(tail ** (1 / events))
    return float(betaincinv(events + 0.5, misses + 0.5, tail)) if events > 1 else 0.0


def clopper_pearson(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """Clopper and Pearson's exact interval for the pooled rate of the prompts that were run.

    Estimand, assumptions: as `wilson`.
    Prefer this one where coverage must never be below the level, as in a gate that may not let a
    rate pass by chance; it is the widest of the three, and covers some 97 to 99 % at 95.
    Source: Clopper, Pearson 1934, Biometrika 26:404-413.

    Args:
        counts: events and trials by form; empty gives NaN with n 0.
        level: confidence level.
    """
    shown = wilson(counts, level=level)
    if not shown.known:
        return shown
    limits = exact_limits(shown.point, shown.n, level)
    return replace(shown, low=limits.low, high=limits.high, method="Clopper-Pearson")
