"""Exact tests of two proportions, for cells too small for anything else."""

from math import nan

from scipy.stats import boschloo_exact

from turncoat.stats.binomial import clopper_pearson
from turncoat.stats.contrasts import newcombe
from turncoat.stats.counts import Counts
from turncoat.stats.pvalues import PValue, difference_p, p_of
from turncoat.stats.rates import MIN_FORMS

# A test that inverts joined Wilson limits errs in up to 17 % at the 5 % level (1 trial against
# 400). Within these bounds it errs in at most 6 %, by enumeration (docs/validation_tests.md).
SMALL = 64
UNEQUAL = 10

MOST_TABLES = 26_000
"""Possible outcomes of two arms up to which Boschloo's test takes about a second at most."""


def equal_rates_p(treated: Counts, control: Counts) -> PValue:
    """The p beside a difference: exact in small cells of given prompts, the interval's otherwise.

    Estimand: none; it tests that the two rates are equal.
    Assumptions: where an arm speaks of given prompts alone and the arms are `small`, those of
    `boschloo`, which is conditional on the prompts of both arms also where the other arm could
    speak about forms. Where there are more than `MOST_TABLES` outcomes, `newcombe` of exact limits
    is inverted in its place, which errs in at most 5 %, too. Otherwise those of `difference_p`.
    An exact p may be above 0.05 where the interval of `risk_difference` leaves out 0, or the
    reverse. Whether the rates differ is p's to say: the interval's Wilson limits err more often
    there. The interval shows how much the rates may differ.
    Prefer another: `mcnemar` on matched forms of one trial each.
    Source: Mehrotra, Chan, Berger 2003, Biometrics 59:441-450, for exact tests in small cells.

    Args:
        treated: events and trials by form; empty gives NaN.
        control: the same of the control.
    """
    n, m = treated.trial_count, control.trial_count
    given_prompts = min(len(treated.forms), len(control.forms)) < MIN_FORMS
    if not (given_prompts and small(n, m)):
        return difference_p(treated, control)
    if (n + 1) * (m + 1) <= MOST_TABLES:
        return boschloo(treated, control)
    arms = treated, control
    return p_of(lambda level: newcombe(*(clopper_pearson(arm, level=level) for arm in arms)))


def small(trials: int, control_trials: int) -> bool:
    """Whether joined Wilson limits of two arms err too often.

    So they do where an arm has fewer than `SMALL` trials or the other more than `UNEQUAL` times
    as many: then even one event of the smaller arm looks certain beside the larger one's rate.

    Args:
        trials: of one arm.
        control_trials: of the other.
    """
    fewer, more = sorted((trials, control_trials))
    return fewer < SMALL or more > UNEQUAL * fewer


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
