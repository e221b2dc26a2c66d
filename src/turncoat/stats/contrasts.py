"""The difference between a cell and its control, from the intervals of both."""

from dataclasses import dataclass
from math import nan, sqrt

from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Contrast, Estimate
from turncoat.stats.rates import MIN_FORMS, design_effect, korn_graubard, rate, residuals


def risk_difference(treated: Counts, control: Counts, *, level: float = LEVEL) -> Contrast:
    """Treated minus control, by the method that the forms allow.

    Estimand: always the difference of the two rates as `rate` gives them, so that a table's
    difference is the difference of what it shows. Where both cells scored the same forms, and at
    least `MIN_FORMS` of them, it is paired by form; where a form is missing in one cell, the cells
    are taken as independent, which is the wider interval.
    Assumptions: those of `paired` and `newcombe`.
    Prefer another: `paired` on `Counts.among` the shared forms, where the matched forms alone are
    of interest.

    Args:
        treated: events and trials by form.
        control: the same of the control; either may be empty, which gives NaN.
        level: confidence level.
    """
    matched = set(treated.forms) == set(control.forms)
    if matched and len(treated.forms) >= MIN_FORMS:
        return paired(treated, control, level=level)
    return newcombe(rate(treated, level=level), rate(control, level=level))


def newcombe(treated: Estimate, control: Estimate) -> Contrast:
    """Newcombe's hybrid score interval: square and add the distances to both arms' limits.

    Estimand: the difference of the two estimands.
    Assumptions: independent arms whose intervals are right one by one; with Wilson intervals this
    is Newcombe's method 10, with any others the MOVER of Zou and Donner.
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
    return _contrast(treated, control, _Join(0.0, None, "Newcombe", estimand))


def paired(treated: Counts, control: Counts, *, level: float = LEVEL) -> Contrast:
    """Newcombe's paired interval, over forms: square and add, less what the arms share.

    Estimand: the mean over forms of the difference between treated and control rate.
    Assumptions: forms are drawn independently; within a form both arms may be alike, and so may
    the trials of one arm. Both arms' Korn-Graubard limits are combined as in Newcombe's paired
    method 10, with `form_correlation` for phi.
    Prefer another: `newcombe` without matching. Not the t interval on differences by form, which
    has no width where all differences are equal.
    Never of zero width.
    Sources: Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10; Zou 2007,
    Psychological Methods 12:399-413, for limits of any kind with correlated arms.

    Args:
        treated: events and trials by form.
        control: the same forms in the same order.
        level: confidence level.

    Raises:
        ValueError: the forms differ, or there are fewer than two.
    """
    correlation = form_correlation(treated, control)
    forms = len(treated.forms)
    estimand = f"mean difference over forms, from {forms} matched"
    return _contrast(
        korn_graubard(treated, level=level),
        korn_graubard(control, level=level),
        _Join(correlation, forms, "Newcombe paired, Korn-Graubard", estimand),
    )


def form_correlation(treated: Counts, control: Counts) -> float:
    """Correlation of the two arms' rates that comes from sharing forms, in [-1, 1].

    The covariance over forms, against the variances that the arms' intervals use. A positive one
    is first moved half an event toward 0, Newcombe's continuity correction, which keeps two
    identical arms from having a difference that is known exactly. With one trial a form this is
    the phi of Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10.

    Args:
        treated: events and trials by form.
        control: the same forms in the same order.

    Raises:
        ValueError: the forms differ.
    """
    if treated.forms != control.forms:
        raise ValueError(f"paired: got forms {treated.forms} and {control.forms}, expected equal")
    product = float(residuals(treated) @ residuals(control))
    if product > 0:
        product = max(product - 0.5, 0.0)
    scale = sqrt(_variance(treated) * _variance(control))
    if scale == 0:
        return 0.0
    forms = len(treated.forms)
    covariance = forms / (forms - 1) * product / (treated.trial_count * control.trial_count)
    return min(max(covariance / scale, -1.0), 1.0)


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
