"""Rates corrected for the judge's errors, from labels that were drawn from the very run."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from turncoat.stats.audits import Audited, Groups, by_verdict, grouped, run_limits, swings_of
from turncoat.stats.contrasts import newcombe
from turncoat.stats.effects import NotEstimable
from turncoat.stats.estimates import LEVEL, Contrast, Estimate, Limits
from turncoat.stats.rates import MIN_FORMS

LEAST_SUM = 1.1
"""Of sensitivity and specificity: at or below it a judge says too little to be corrected by."""

PREDICTION_POWERED = "prediction-powered"
ROGAN_GLADEN = "Rogan-Gladen"


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


# --- the two estimators -------------------------------------------------------------------------


def prediction_powered(audited: Audited, *, level: float = LEVEL) -> Estimate:
    """The true rate of a cell: the judge's verdicts, put right by labels within each stratum.

    Estimand: with at least `MIN_FORMS` forms the mean true rate over the forms that the scenario
    can take, with fewer that of exactly these prompts; true is what people's labels say.
    The point is the mean verdict plus the labels' mean departure from it, stratum by stratum: the
    sum over strata of share times mean label. The verdict thus enters by the strata that labels
    were drawn from; the labels of a draw by another judge's verdicts correct as well, and the
    interval is as wide as that judge was bad. An unscored stratum has no verdict and one that the
    gate closed nobody's; they count by their labels alone.
    Assumptions: labels were drawn at random within strata, and those that are missing after all
    (undecided, not read) are missing by chance. Nothing is assumed about the judge, who may err
    differently in every cell, form and stratum: a bad one costs width, not coverage.
    The interval adds, in squares, the distances to Wilson's limits of every stratum's rate (less
    what a stratum read to the end leaves unknown) and to the limits of `korn_graubard` that the
    run itself would have with every label known. Never of zero width, also at rates of 0 and 1,
    where the normal interval of the sources has none.
    Prefer another: `rate` of the labels where everything was labeled, which this then equals.
    Sources: Angelopoulos et al. 2023, Science 382:669-674, and arXiv 2311.01453, for the
    estimator; Fisch et al. 2024, arXiv 2406.04291, with strata; Zou, Huang, Zhang 2009,
    Computational Statistics and Data Analysis 53:1080-1085, for the limits of a sum.

    Args:
        audited: verdicts and labels of the cell.
        level: confidence level.

    Raises:
        NotEstimable: nothing was observed, or a stratum holds observations and no label.
    """
    groups = grouped(audited, audited.strata)
    # Shares add up to 1 but for rounding.
    point = min(float(groups.shares @ groups.points), 1.0)
    believed = np.where(audited.labeled, audited.labels, groups.points[groups.place])
    run = run_limits(audited.forms, believed, point, level)
    found = _Found(audited, point, PREDICTION_POWERED, level)
    return _estimate(found, [*swings_of(groups, level), Limits(point - run.low, run.high - point)])


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
    groups = grouped(audited, by_verdict(audited))
    errors = _errors(audited, groups)
    _refuse_uninformative(errors)
    split = _Split.of(audited, groups, errors)
    swings = [*swings_of(groups, level), *_apparent_swings(audited, split, errors, level)]
    return _estimate(_Found(audited, split.point, ROGAN_GLADEN, level), swings)


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
    return _errors(audited, grouped(audited, by_verdict(audited)))


def _errors(audited: Audited, groups: Groups) -> ErrorRates:
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


@dataclass(frozen=True, slots=True)
class _Split:
    """Rogan and Gladen's rate of the scored part, and the labels' of the rest."""

    scored: float
    rate: float
    unscored_rate: float

    @classmethod
    def of(cls, audited: Audited, groups: Groups, errors: ErrorRates) -> "_Split":
        scored = audited.scored
        known = (errors.apparent + errors.specificity - 1) / errors.informedness
        rest = groups.points[groups.place[~scored]]
        return cls(
            scored=float(scored.mean()),
            rate=min(max(known, 0.0), 1.0),
            unscored_rate=float(rest.mean()) if rest.size else 0.0,
        )

    @property
    def point(self) -> float:
        return min(self.scored * self.rate + (1 - self.scored) * self.unscored_rate, 1.0)


def _apparent_swings(
    audited: Audited, split: _Split, errors: ErrorRates, level: float
) -> list[Limits]:
    """How far the apparent rate, and the share that has one, move the whole."""
    scored = audited.scored
    said = run_limits(audited.forms[scored], audited.judged[scored], errors.apparent, level)
    scale = split.scored / errors.informedness
    apparent = Limits(scale * (errors.apparent - said.low), scale * (said.high - errors.apparent))
    seen = run_limits(audited.forms, scored.astype(np.float64), split.scored, level)
    less, more = split.scored - seen.low, seen.high - split.scored
    gain = split.rate - split.unscored_rate
    # More verdicts raise the whole where the rate is higher among them.
    down, up = (less, more) if gain > 0 else (more, less)
    if split.scored == 1:
        return [apparent]
    return [apparent, Limits(abs(gain) * down, abs(gain) * up)]


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
