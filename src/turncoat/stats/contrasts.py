"""The difference between a cell and its control, from the intervals of both."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from turncoat.stats.binomial import clopper_pearson
from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Contrast, Estimate
from turncoat.stats.rates import MIN_FORMS, design_effect, korn_graubard, rate, residuals

# Where Wilson's limits of given prompts are joined, a test at 5 % errs in up to 17 % (1 trial
# against 400). From these bounds on it errs in at most 6 %, by enumeration
# (docs/validation_tests.md); below them the limits are exact ones, with which it errs in at most 5.
SMALL = 64
UNEQUAL = 10

MATCHED = 0.5
"""Share of each arm's trials that shared forms must hold for the arms to be paired by them."""


def risk_difference(treated: Counts, control: Counts, *, level: float = LEVEL) -> Contrast:
    """Treated minus control, by the method that the forms allow.

    Estimand: always the difference of the two rates as `rate` gives them, so that a table's
    difference is the difference of what it shows. Where both cells scored at least `MIN_FORMS`
    forms in common, which hold at least half of each one's trials, it is paired by these; a form
    that is missing in one cell counts in the other's rate and in no pair. Otherwise the cells are
    taken as independent.
    Assumptions: those of `paired` and `newcombe`. Of given prompts the limits that are joined are
    Wilson's, and where an arm is `small` those of Clopper and Pearson: then the limits of the
    difference are a little wider than the two Wilson intervals in a table suggest.
    Prefer another: `paired` on `Counts.among` the shared forms, where the matched forms alone are
    of interest.

    Args:
        treated: events and trials by form.
        control: the same of the control; either may be empty, which gives NaN.
        level: confidence level.
    """
    if _matched(treated, control):
        return paired(treated, control, level=level)
    exact = small(treated.trial_count, control.trial_count)
    return newcombe(*(_arm(counts, level, exact=exact) for counts in (treated, control)))


def small(trials: int, control_trials: int) -> bool:
    """Whether joined Wilson limits of given prompts err too often.

    So they do where an arm has fewer than `SMALL` trials or the other more than `UNEQUAL` times
    as many: then even a rare event of the smaller arm looks certain beside the larger one's rate.

    Args:
        trials: of one arm.
        control_trials: of the other.
    """
    fewer, more = sorted((trials, control_trials))
    return fewer < SMALL or more > UNEQUAL * fewer


def _matched(treated: Counts, control: Counts) -> bool:
    shared = set(treated.forms) & set(control.forms)
    return len(shared) >= MIN_FORMS and all(
        counts.among(tuple(shared)).trial_count >= MATCHED * counts.trial_count
        for counts in (treated, control)
    )


def _arm(counts: Counts, level: float, *, exact: bool) -> Estimate:
    given_prompts = len(counts.forms) < MIN_FORMS
    interval = clopper_pearson if exact and given_prompts else rate
    return interval(counts, level=level)


def newcombe(treated: Estimate, control: Estimate) -> Contrast:
    """Newcombe's hybrid score interval: square and add the distances to both arms' limits.

    Estimand: the difference of the two estimands.
    Assumptions: independent arms whose intervals are right one by one; with Wilson intervals this
    is Newcombe's method 10, with any others the MOVER of Zou and Donner. With Wilson intervals it
    errs too often where an arm is `small`; `risk_difference` then joins exact ones.
    Prefer another: `paired` where both arms ran on the same forms.
    Never of zero width as long as neither arm is.
    Sources: Newcombe 1998, Statistics in Medicine 17:873-890, method 10; Zou, Donner 2008,
    Statistics in Medicine 27:1693-1702.

    Args:
        treated: estimate of the treated arm; an unknown one gives NaN.
        control: estimate of the control arm; likewise.

    Raises:
        ValueError: the levels differ.
    """
    same = treated.estimand == control.estimand
    estimand = f"{treated.estimand}, difference" if same else "difference of the two rates"
    exact = {treated.method, control.method} == {"Clopper-Pearson"}
    method = "Newcombe, Clopper-Pearson" if exact else "Newcombe"
    return _contrast(treated, control, _Join(0.0, None, method, estimand))


def paired(treated: Counts, control: Counts, *, level: float = LEVEL) -> Contrast:
    """Newcombe's paired interval, over forms: square and add, less what the arms share.

    Estimand: the mean over forms of the difference between treated and control rate; where an arm
    has forms that the other lacks, the difference of both mean rates.
    Assumptions: forms are drawn independently; within a form both arms may be alike, and so may
    the trials of one arm; which forms an arm lacks has nothing to do with their rates. Both arms'
    Korn-Graubard limits are combined as in Newcombe's paired method 10, with `form_correlation`
    for phi.
    Prefer another: `newcombe` without matching. Not the t interval on differences by form, which
    has no width where all differences are equal.
    Never of zero width.
    Sources: Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10; Zou 2007,
    Psychological Methods 12:399-413, for limits of any kind with correlated arms.

    Args:
        treated: events and trials by form.
        control: the same of the control.
        level: confidence level.

    Raises:
        ValueError: fewer than two forms are shared.
    """
    correlation = form_correlation(treated, control)
    shared = len(set(treated.forms) & set(control.forms))
    whole = shared == len(treated.forms) == len(control.forms)
    estimand = (
        f"mean difference over forms, from {shared} matched"
        if whole
        else f"difference of mean rates over forms, {shared} of them matched"
    )
    return _contrast(
        korn_graubard(treated, level=level),
        korn_graubard(control, level=level),
        _Join(correlation, shared, "Newcombe paired, Korn-Graubard", estimand),
    )


def form_correlation(treated: Counts, control: Counts) -> float:
    """Correlation of the two arms' rates that comes from sharing forms, in [-1, 1].

    The covariance over shared forms, against the variances that the arms' intervals use. A
    positive one is first moved half an event toward 0, Newcombe's continuity correction, which
    keeps two identical arms from having a difference that is known exactly. With one trial a form
    this is the phi of Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10. A form that
    one arm lacks adds nothing to the covariance of two rates, which are sums over forms.

    Args:
        treated: events and trials by form.
        control: the same of the control.

    Raises:
        ValueError: fewer than two forms are shared.
    """
    shared, ours, theirs = np.intersect1d(treated.forms, control.forms, return_indices=True)
    if shared.size < 2:
        raise ValueError(
            f"paired: got forms {treated.forms} and {control.forms}, expected two in common"
        )
    product = float(residuals(treated)[ours] @ residuals(control)[theirs])
    if product > 0:
        product = max(product - 0.5, 0.0)
    scale = sqrt(_variance(treated) * _variance(control))
    if scale == 0:
        return 0.0
    covariance = product / (treated.trial_count * control.trial_count)
    return float(np.clip(shared.size / (shared.size - 1) * covariance / scale, -1, 1))


def _variance(counts: Counts) -> float:
    point = counts.event_count / counts.trial_count
    return design_effect(counts) * point * (1 - point) / (counts.trial_count - 1)


@dataclass(frozen=True, slots=True)
class _Join:
    """How two arms are combined, and what the result is called."""

    correlation: float
    clusters: int | None
    method: str
    estimand: str


def _contrast(treated: Estimate, control: Estimate, join: _Join) -> Contrast:
    if treated.level != control.level:
        raise ValueError(f"contrast: got levels {treated.level} and {control.level}")
    low, high = _square_and_add(treated, control, join.correlation)
    known = treated.known and control.known
    return Contrast(
        point=treated.point - control.point,
        low=low if known else nan,
        high=high if known else nan,
        n_treated=treated.n,
        n_control=control.n,
        clusters=join.clusters,
        method=join.method if known else "none",
        estimand=join.estimand if known else "an arm has nothing scored",
        level=treated.level,
    )


def _square_and_add(a: Estimate, b: Estimate, correlation: float) -> tuple[float, float]:
    difference = a.point - b.point
    down = _joined(a.point - a.low, b.high - b.point, correlation)
    up = _joined(a.high - a.point, b.point - b.low, correlation)
    return max(difference - down, -1.0), min(difference + up, 1.0)


def _joined(a: float, b: float, correlation: float) -> float:
    # Never negative but for rounding, since the correlation lies in [-1, 1].
    return sqrt(max(a * a - 2 * correlation * a * b + b * b, 0.0))
