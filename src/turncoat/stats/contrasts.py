"""The difference between a cell and its control, from the intervals of both."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Contrast, Estimate
from turncoat.stats.rates import MIN_FORMS, design_effect, korn_graubard, rate, residuals

MATCHED = 0.5
"""Share of each arm's trials that shared forms must hold for an interval to be called paired."""


def risk_difference(treated: Counts, control: Counts, *, level: float = LEVEL) -> Contrast:
    """Treated minus control, by the method that the forms allow.

    Estimand: the difference of the two rates as `rate` gives them, so that a table's difference is
    the difference of what it shows.
    Assumptions: with at least `MIN_FORMS` forms in both cells those of `paired`, also where the
    cells share only some forms, or none; otherwise those of `newcombe`. Where an arm of given
    prompts is small and the other far larger, Wilson's limits make an interval that is too short:
    5 trials against 400 cover some 0.90, 1 against 400 some 0.83. There trust the p of
    `equal_rates_p`, which is exact.
    Prefer another: `paired` on `Counts.among` the shared forms, where the matched forms alone are
    of interest.

    Args:
        treated: events and trials by form.
        control: the same of the control; either may be empty, which gives NaN.
        level: confidence level.
    """
    if min(len(treated.forms), len(control.forms)) >= MIN_FORMS:
        return paired(treated, control, level=level)
    return newcombe(rate(treated, level=level), rate(control, level=level))


def newcombe(treated: Estimate, control: Estimate) -> Contrast:
    """Newcombe's hybrid score interval: square and add the distances to both arms' limits.

    Estimand: the difference of the two estimands.
    Assumptions: independent arms whose intervals are right one by one; with Wilson intervals this
    is Newcombe's method 10, with any others the MOVER of Zou and Donner. With Wilson intervals it
    is too short where one arm is small and the other far larger.
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
    for phi; without a shared form that is `newcombe`.
    Prefer another: `newcombe` on purpose without matching. Not the t interval on differences by
    form, which has no width where all differences are equal.
    Never of zero width.
    Sources: Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10; Zou 2007,
    Psychological Methods 12:399-413, for limits of any kind with correlated arms.

    Args:
        treated: events and trials by form.
        control: the same of the control.
        level: confidence level.

    Returns:
        A contrast whose `clusters` are the shared forms where there are at least `MIN_FORMS` and
        they hold at least half of each arm's trials: that may be called paired. None otherwise.

    Raises:
        ValueError: an arm has fewer than two forms.
    """
    arms = korn_graubard(treated, level=level), korn_graubard(control, level=level)
    return _contrast(*arms, _join(treated, control))


def _join(treated: Counts, control: Counts) -> "_Join":
    shared = tuple(set(treated.forms) & set(control.forms))
    correlation = form_correlation(treated, control)
    if len(shared) == len(treated.forms) == len(control.forms):
        about = f"mean difference over forms, from {len(shared)} matched"
    else:
        forms = f"{len(treated.forms)} and {len(control.forms)}, {len(shared)} of them shared"
        about = f"difference of mean rates over forms, from {forms}"
    mostly = len(shared) >= MIN_FORMS and all(
        counts.among(shared).trial_count >= MATCHED * counts.trial_count
        for counts in (treated, control)
    )
    if mostly:
        return _Join(correlation, len(shared), "Newcombe paired, Korn-Graubard", about)
    return _Join(correlation, None, "Newcombe", about)


def form_correlation(treated: Counts, control: Counts) -> float:
    """Correlation of the two arms' rates that comes from sharing forms, in [-1, 1].

    The covariance over shared forms, against the variances that the arms' intervals use. A
    positive one is first moved half an event toward 0, Newcombe's continuity correction, which
    keeps two identical arms from having a difference that is known exactly. With one trial a form
    this is the phi of Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10. A form that
    one arm lacks adds nothing to the covariance of two rates, which are sums over forms; with
    fewer than two shared forms it is 0.

    Args:
        treated: events and trials by form.
        control: the same of the control.
    """
    shared, ours, theirs = np.intersect1d(treated.forms, control.forms, return_indices=True)
    scale = sqrt(_variance(treated) * _variance(control)) if shared.size > 1 else 0.0
    if scale == 0:
        return 0.0
    product = float(residuals(treated)[ours] @ residuals(control)[theirs])
    if product > 0:
        product = max(product - 0.5, 0.0)
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
