"""Exact tests of two proportions, for cells too small for anything else."""

from math import nan

from scipy.stats import boschloo_exact

from turncoat.stats.contrasts import small
from turncoat.stats.counts import Counts
from turncoat.stats.pvalues import PValue, difference_p
from turncoat.stats.rates import MIN_FORMS

MOST_TABLES = 26_000
"""Possible outcomes of two arms up to which Boschloo's test takes less than a second."""


def equal_rates_p(treated: Counts, control: Counts) -> PValue:
    """The p beside a difference: exact in small cells of given prompts, the interval's otherwise.

    Estimand: none; it tests that the two rates are equal.
    Assumptions: `boschloo` where both arms speak of given prompts alone, one of them is `small`,
    and there are at most `MOST_TABLES` outcomes. `difference_p` otherwise, also where the second
    arm is too large for that: the interval joins exact limits there, and errs in at most 5 %.
    Where p is Boschloo's and near 0.05, the interval of `risk_difference` may leave out 0 while
    p does not, or the reverse: they are two answers to two questions. Whether the rates differ is
    p's to say, which is exact; how much they differ is the interval's.
    Prefer another: `mcnemar` on matched forms of one trial each.
    Source: Mehrotra, Chan, Berger 2003, Biometrics 59:441-450, for exact tests in small cells.

    Args:
        treated: events and trials by form; empty gives NaN.
        control: the same of the control.
    """
    n, m = treated.trial_count, control.trial_count
    given_prompts = max(len(treated.forms), len(control.forms)) < MIN_FORMS
    if given_prompts and small(n, m) and (n + 1) * (m + 1) <= MOST_TABLES:
        return boschloo(treated, control)
    return difference_p(treated, control)


def boschloo(treated: Counts, control: Counts) -> PValue:
    """Boschloo's unconditional exact test that two rates of given prompts are equal.

    Estimand: none; hypothesis: the prompts of both arms have one and the same rate.
    Assumptions: independent trials, each arm with one rate; both numbers of trials fixed by the
    plan. It never errs in more than the nominal share, and is at least as powerful as Fisher's
    test, which also fixes the number of events that nobody fixed.
    Prefer another: `equal_rates_p`, which takes this where it is needed. `mcnemar` where both arms
    ran on the same forms, `difference_p` to speak about forms that were not run. Takes seconds
    from some 200 trials an arm on, where `difference_p` agrees with it anyway.
    Sources: Boschloo 1970, Statistica Neerlandica 24:1-9; Mehrotra, Chan, Berger 2003, Biometrics
    59:441-450, for the comparison; scipy does the work.

    Args:
        treated: events and trials by form; empty gives NaN.
        control: the same of the control.
    """
    n, m = treated.trial_count, control.trial_count
    if not (n and m):
        return PValue(nan, n, m, None, "an arm has nothing scored", "equal rates of these prompts")
    p = _p(treated.event_count, n, control.event_count, m)
    return PValue(p, n, m, None, "Boschloo", "equal rates of these prompts")


def _p(events: int, trials: int, control_events: int, control_trials: int) -> float:
    total = events + control_events
    if total in {0, trials + control_trials}:
        return 1.0  # no table says less against equal rates, and scipy answers NaN
    table = [[events, control_events], [trials - events, control_trials - control_events]]
    return min(float(boschloo_exact(table).pvalue), 1.0)
