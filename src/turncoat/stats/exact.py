"""Exact tests of two proportions, for cells too small for anything else."""

from math import nan

from scipy.stats import boschloo_exact

from turncoat.stats.counts import Counts
from turncoat.stats.pvalues import PValue


def boschloo(treated: Counts, control: Counts) -> PValue:
    """Boschloo's unconditional exact test that two rates of given prompts are equal.

    Estimand: none; hypothesis: the prompts of both arms have one and the same rate.
    Assumptions: independent trials, each arm with one rate; both numbers of trials fixed by the
    plan. It never errs in more than the nominal share, and is at least as powerful as Fisher's
    test, which also fixes the number of events that nobody fixed.
    Prefer another: `mcnemar` where both arms ran on the same forms, `difference_p` to speak about
    forms that were not run. Takes seconds from some 200 trials an arm on, where
    `difference_p` agrees with it anyway.
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
