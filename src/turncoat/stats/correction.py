"""Rates corrected for the judge's errors, from labels that were drawn from the very run."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from turncoat.stats.contrasts import newcombe
from turncoat.stats.effects import NotEstimable
from turncoat.stats.estimates import LEVEL, Contrast, Estimate, Limits
from turncoat.stats.rates import (
    MIN_FORM_CORRELATION,
    MIN_FORMS,
    effective_trials,
    exact_limits,
    score_limits,
)

LEAST_SUM = 1.1
"""Of sensitivity and specificity: at or below it a judge says too little to be corrected by."""

PREDICTION_POWERED = "prediction-powered"
ROGAN_GLADEN = "Rogan-Gladen"


@dataclass(frozen=True, slots=True, eq=False)
class Audited:
    """One cell of a run, judged, of which a random part was labeled by people.

    Attributes:
        forms: shape (n,), the form of each observation.
        judged: shape (n,), 1 harm, 0 no harm, NaN where the judge gave no verdict.
        strata: shape (n,), the stratum that each was drawn from.
        labels: shape (n,), 1 harm, 0 no harm, between where annotators differ, NaN not labeled.
        inclusion: shape (n,), the probability that each had of being labeled; NaN where it could
            not be drawn.

    Raises:
        ValueError: shapes differ, a verdict is none of these, a label lies outside [0, 1], or a
            labeled observation has no probability in (0, 1].
    """

    forms: NDArray[np.int64]
    judged: NDArray[np.float64]
    strata: NDArray[np.int64]
    labels: NDArray[np.float64]
    inclusion: NDArray[np.float64]

    def __post_init__(self) -> None:
        columns = (self.forms, self.judged, self.strata, self.labels, self.inclusion)
        if len({column.shape for column in columns}) > 1 or self.forms.ndim != 1:
            raise ValueError(f"audited: got shapes {[column.shape for column in columns]}")
        if not np.isin(self.judged[self.scored], (0, 1)).all():
            raise ValueError("audited: got a verdict other than 0, 1 and NaN")
        given = self.labels[self.labeled]
        if ((given < 0) | (given > 1)).any():
            raise ValueError("audited: got a label outside 0 to 1")
        chances = self.inclusion[self.labeled]
        if not ((chances > 0) & (chances <= 1)).all():
            raise ValueError("audited: a labeled observation has no probability above 0, up to 1")

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Shape (n,), whether the judge gave a verdict."""
        return ~np.isnan(self.judged)

    @property
    def labeled(self) -> NDArray[np.bool_]:
        """Shape (n,), whether people gave a label."""
        return ~np.isnan(self.labels)


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """What a judge did in this run, by the labels, weighted by 1 / inclusion.

    Attributes:
        apparent: share of the scored observations that the judge called harm.
        sensitivity: share of the truly harmful among them that it called harm.
        specificity: share of the truly harmless among them that it called no harm.
        positives: labeled observations with a verdict that are harmful, or as likely as not.
        negatives: labeled observations with a verdict that are rather harmless.
    """

    apparent: float
    sensitivity: float
    specificity: float
    positives: int
    negatives: int

    @property
    def informedness(self) -> float:
        """Sensitivity + specificity - 1: 1 for a judge that never errs, 0 for a coin."""
        return self.sensitivity + self.specificity - 1


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Strata of the run (or strata by verdict), each with its true rate by its labels.

    Attributes:
        place: shape (n,), the group of each observation.
        shares: shape (k,), the part of the run that each group is.
        points: shape (k,), its mean label, weighted by 1 / inclusion.
        worth: shape (k,), the independent labels that the mean is worth; infinite where the
            whole group was read.
    """

    place: NDArray[np.int64]
    shares: NDArray[np.float64]
    points: NDArray[np.float64]
    worth: NDArray[np.float64]


# --- the two estimators -------------------------------------------------------------------------


def prediction_powered(audited: Audited, *, level: float = LEVEL) -> Estimate:
    """The true rate of a cell: the judge's verdicts, put right by labels within each stratum.

    Estimand: with at least `MIN_FORMS` forms the mean true rate over the forms that the scenario
    can take, with fewer that of exactly these prompts; true is what people's labels say.
    The point is the verdict's mean plus the labels' mean departure from it, each stratum's with
    its own regression on the verdict: the sum of stratum share times mean label. An unscored
    stratum has no verdict and counts by its labels alone, and so does one that the gate closed.
    Assumptions: labels were drawn at random within strata, and those that are missing after all
    (undecided, not read) are missing by chance. Nothing is assumed about the judge, who may err
    differently in every cell, form and stratum: a bad one makes the interval wide, never wrong.
    The interval adds, in squares, the distances to Wilson's limits of every stratum's rate (less
    what a stratum read to the end leaves unknown) and to the limits of `korn_graubard` that the
    run itself would have with every label known. Never of zero width, also at rates of 0 and 1,
    where the normal interval of the sources has none.
    Prefer another: `rate` of the labels where everything was labeled, which this then equals but
    for its design effect.
    Sources: Angelopoulos et al. 2023, Science 382:669-674, and arXiv 2311.01453, for the
    estimator; Fisch et al. 2024, arXiv 2406.04291, with strata; Zou, Huang, Zhang 2009,
    Computational Statistics and Data Analysis 53:1080-1085, for the limits of a sum.

    Args:
        audited: verdicts and labels of the cell.
        level: confidence level.

    Raises:
        NotEstimable: nothing was observed, or a stratum holds observations and no label.
    """
    groups = _grouped(audited, audited.strata)
    # Shares add up to 1 but for rounding.
    point = min(float(groups.shares @ groups.points), 1.0)
    believed = np.where(audited.labeled, audited.labels, groups.points[groups.place])
    run = _run_limits(audited.forms, believed, point, level)
    found = _Found(audited, point, PREDICTION_POWERED, level)
    return _estimate(found, [*_swings(groups, level), Limits(point - run.low, run.high - point)])


def rogan_gladen(audited: Audited, *, level: float = LEVEL) -> Estimate:
    """The true rate of a cell from the apparent one, by the judge's error rates in this cell.

    Estimand: as `prediction_powered`.
    The point is (apparent + specificity - 1) / (sensitivity + specificity - 1) of the observations
    with a verdict, clipped to [0, 1], all three from this cell; unscored observations have no
    apparent value and enter as strata of their own, by their labels and with their share.
    Assumptions: those of `prediction_powered`; error rates measured elsewhere are no input, since
    a judge errs differently with every subject. With labels drawn from the run itself the point
    is that of `prediction_powered`. The interval is wider: it moves the apparent rate as if the
    error rates were fixed, beside moving these (jointly, through the strata's rates, for they come
    from the same labels).
    Prefer another: `prediction_powered`, which is narrower and also holds where this is refused.
    Sources: Rogan, Gladen 1978, American Journal of Epidemiology 107:71-76; Lang, Reiczigel 2014,
    Preventive Veterinary Medicine 113:13-22, for why the uncertainty of all three matters.

    Args:
        audited: verdicts and labels of the cell.
        level: confidence level.

    Raises:
        NotEstimable: as `error_rates`, a stratum without a label, or sensitivity + specificity of
            at most `LEAST_SUM`.
    """
    groups = _grouped(audited, _by_verdict(audited))
    errors = _errors(audited, groups)
    _refuse_uninformative(errors)
    scored = audited.scored
    share = float(scored.mean())
    known = (errors.apparent + errors.specificity - 1) / errors.informedness
    unscored = float(groups.points[groups.place[~scored]].sum()) / scored.size
    point = min(share * min(max(known, 0.0), 1.0) + unscored, 1.0)
    run = _run_limits(audited.forms[scored], audited.judged[scored], errors.apparent, level)
    scale = share / errors.informedness
    swing = Limits(scale * (errors.apparent - run.low), scale * (run.high - errors.apparent))
    found = _Found(audited, point, ROGAN_GLADEN, level)
    return _estimate(found, [*_swings(groups, level), swing])


def corrected_difference(treated: Estimate, control: Estimate) -> Contrast:
    """Treated minus control, both corrected in the same way.

    Estimand: the difference of the two true rates. Assumptions, source: as `newcombe`; the arms
    count as independent, which is too wide where they ran on the same forms.
    Prefer another: `risk_difference` beside it, never instead of it.

    Args:
        treated: the treated cell's corrected rate.
        control: the control's, by the same correction.

    Raises:
        ValueError: one was corrected otherwise or not at all, or the levels differ.
    """
    methods = (treated.method, control.method)
    if treated.method != control.method or treated.method not in {PREDICTION_POWERED, ROGAN_GLADEN}:
        raise ValueError(f"corrected difference: got rates by {methods}, expected one correction")
    difference = newcombe(treated, control)
    method, estimand = f"Newcombe, {treated.method}", "difference of true rates"
    return replace(difference, method=method, estimand=estimand)


def error_rates(audited: Audited) -> ErrorRates:
    """The judge's error rates in this run. Points only: they serve to correct, not to gate.

    Estimand: shares of the run's observations that have a verdict, labeled or not.
    Assumptions: labels drawn at random within strata. Prefer another: `sensitivity` and
    `specificity` of independent cases, to say how good a judge is.

    Args:
        audited: verdicts and labels of the cell.

    Raises:
        NotEstimable: no verdict at all, a stratum without a label, or no harmful or no harmless
            label beside a verdict, which leaves one of the two rates unknown.
    """
    return _errors(audited, _grouped(audited, _by_verdict(audited)))


def _errors(audited: Audited, groups: _Groups) -> ErrorRates:
    scored = audited.scored
    labels = audited.labels[audited.labeled & scored]
    positives = int(np.count_nonzero(labels >= 0.5))
    negatives = labels.size - positives
    if not (positives and negatives):
        raise NotEstimable(
            f"correction: {positives} labels of harm and {negatives} of no harm beside a verdict; "
            "without one of each, sensitivity or specificity is unknown"
        )
    verdicts, harmful = audited.judged[scored], groups.points[groups.place[scored]]
    caught, accused = float(verdicts @ harmful), float(verdicts @ (1 - harmful))
    return ErrorRates(
        apparent=float(verdicts.mean()),
        sensitivity=caught / float(harmful.sum()),
        specificity=1 - accused / float((1 - harmful).sum()),
        positives=positives,
        negatives=negatives,
    )


def _refuse_uninformative(errors: ErrorRates) -> None:
    total = errors.sensitivity + errors.specificity
    if total <= LEAST_SUM:
        raise NotEstimable(
            f"correction: sensitivity {errors.sensitivity:.2f} + specificity "
            f"{errors.specificity:.2f} is {total:.2f}, expected more than {LEAST_SUM}; the judge "
            "says next to nothing about the truth"
        )


# --- what the labels leave open -----------------------------------------------------------------


def _grouped(audited: Audited, groups: NDArray[np.int64]) -> _Groups:
    if audited.forms.size == 0:
        raise NotEstimable("correction: nothing was observed")
    _, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    read = audited.labeled
    of, weights = place[read], 1 / audited.inclusion[read]
    labels = np.bincount(of, minlength=sizes.size)
    if not labels.all():
        raise NotEstimable(
            f"correction: a stratum of {sizes[labels == 0].max()} observations has no label; "
            "label at least one of each stratum"
        )
    total = np.bincount(of, weights)
    points = np.bincount(of, weights * audited.labels[read]) / total
    # Kish's effective number of labels, over the part of the group that is unread.
    effective = total**2 / np.bincount(of, weights**2)
    unread = 1 - labels / sizes
    worth = np.divide(effective, unread, out=np.full(sizes.size, np.inf), where=unread > 0)
    # A weighted mean leaves [0, 1] by rounding.
    return _Groups(place, sizes / audited.forms.size, np.minimum(points, 1), worth)


def _by_verdict(audited: Audited) -> NDArray[np.int64]:
    """Strata, split where a judge other than the one they were drawn by disagrees."""
    verdict = np.where(audited.scored, audited.judged, 2).astype(np.int64)
    return np.unique(audited.strata, return_inverse=True)[1] * 3 + verdict


def _swings(groups: _Groups, level: float) -> list[Limits]:
    """How far the limits of each group move the whole, down and up."""
    unread = np.isfinite(groups.worth)
    columns = (groups.shares[unread], groups.points[unread], groups.worth[unread])
    swings = []
    for share, point, worth in zip(*(column.tolist() for column in columns), strict=True):
        limits = score_limits(point, worth, level)
        swings.append(Limits(share * (point - limits.low), share * (limits.high - point)))
    return swings


# --- what the run leaves open -------------------------------------------------------------------


def _run_limits(
    forms: NDArray[np.int64], values: NDArray[np.float64], point: float, level: float
) -> Limits:
    """Limits of a rate over forms (or prompts) whose point and design effect are given."""
    count = np.unique(forms).size
    if count < MIN_FORMS:
        return score_limits(point, forms.size, level)
    effect = _effect(forms, values, point)
    return exact_limits(point, effective_trials(forms.size, count, effect, level), level)


def _effect(forms: NDArray[np.int64], values: NDArray[np.float64], point: float) -> float:
    """Design effect of the outcome, from values that predict it without bias.

    Values that tell the share R of an outcome's variance correlate R times as much within a form
    as the outcome does, so that their correlation is divided by R: a judge who errs at random
    hides how alike the trials of a form are. Labels and verdicts of one's own have R = 1.
    """
    _, place, sizes = np.unique(forms, return_inverse=True, return_counts=True)
    alike = float(sizes @ sizes) / forms.size - 1
    residual = values - values.mean()
    spread = float(residual @ residual)
    if alike == 0 or spread == 0 or point in {0, 1}:
        return 1 + alike * MIN_FORM_CORRELATION
    over = np.bincount(place, residual)
    effect = sizes.size / (sizes.size - 1) * float(over @ over) / spread
    told = spread / forms.size / (point * (1 - point))
    correlation = (effect - 1) / alike / told
    return 1 + alike * min(max(correlation, MIN_FORM_CORRELATION), 1.0)


# --- both together ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A corrected point before it has its interval."""

    audited: Audited
    point: float
    method: str
    level: float


def _estimate(found: _Found, swings: list[Limits]) -> Estimate:
    down = sqrt(sum(swing.low**2 for swing in swings))
    up = sqrt(sum(swing.high**2 for swing in swings))
    forms = np.unique(found.audited.forms).size
    over = forms >= MIN_FORMS
    labels = int(found.audited.labeled.sum())
    estimand = "true mean rate over forms" if over else "true rate of these prompts"
    return Estimate(
        point=found.point,
        low=max(found.point - down, 0.0),
        high=min(found.point + up, 1.0),
        n=found.audited.forms.size,
        clusters=forms if over else None,
        method=found.method,
        estimand=f"{estimand}, from {forms} and {labels} labels",
        level=found.level,
    )
