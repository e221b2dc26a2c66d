"""Intervals of many simulated studies at once: the same formulas as one by one, over arrays."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri, stdtrit

from turncoat.stats.rates import MIN_FORM_CORRELATION, MIN_FORMS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a cell is sampled, and how alike what is sampled is.

    Attributes:
        forms: forms of the cell.
        epochs: trials of each form.
        correlation: of the trials of one form, in [0, 1): 0 where forms have all the same rate.
        matched: whether treated and control run on the same forms.
        shared: correlation, on the normal scale, of the two arms' rates of a matched form, in
            [0, 1]; 0 is the careful guess.

    Raises:
        ValueError: no form, no epoch, or a correlation outside its range.
    """

    forms: int
    epochs: int
    correlation: float = 0.0
    matched: bool = True
    shared: float = 0.0

    def __post_init__(self) -> None:
        if self.forms < 1 or self.epochs < 1:
            raise ValueError(
                f"sampling: got {self.forms} forms and {self.epochs} epochs, expected at least 1"
            )
        if not (0 <= self.correlation < 1 and 0 <= self.shared <= 1):
            raise ValueError(
                f"sampling: got correlations {self.correlation} and {self.shared}, expected the "
                "first in [0, 1) and the second in [0, 1]"
            )

    @property
    def trials(self) -> int:
        """Trials of a cell."""
        return self.forms * self.epochs


@dataclass(frozen=True, eq=False)
class Batch:
    """One cell in many studies.

    Attributes:
        events: shape (studies, forms), events of each form.
        epochs: trials of each form, the same everywhere.
    """

    events: Integers
    epochs: int

    @property
    def forms(self) -> int:
        """Forms of each study."""
        return int(self.events.shape[1])

    @property
    def trials(self) -> int:
        """Trials of each study."""
        return self.forms * self.epochs

    @cached_property
    def points(self) -> Floats:
        """Rate of each study, shape (studies,)."""
        return np.asarray(self.events.sum(axis=1) / self.trials)

    @cached_property
    def residuals(self) -> Floats:
        """Events of each form minus those expected at the study's rate."""
        return np.asarray(self.events - self.epochs * self.points[:, None])

    @cached_property
    def effects(self) -> Floats:
        """Design effects, as `design_effect`, shape (studies,)."""
        floor = 1 + (self.epochs - 1) * MIN_FORM_CORRELATION
        squares = (self.residuals**2).sum(axis=1) / self.trials**2
        clustered = squares * self.forms / (self.forms - 1)
        return np.maximum(_over(clustered, self.independent), floor)

    @cached_property
    def independent(self) -> Floats:
        """Variance of the rate if trials were independent, shape (studies,)."""
        return np.asarray(self.points * (1 - self.points) / (self.trials - 1))


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Points and intervals of many studies, each of shape (studies,)."""

    points: Floats
    low: Floats
    high: Floats

    def within(self, margin: float) -> NDArray[np.bool_]:
        """Where the whole interval lies inside -margin to margin."""
        return (self.low > -margin) & (self.high < margin)

    @property
    def without_0(self) -> NDArray[np.bool_]:
        """Where the interval leaves out 0."""
        return (self.low > 0) | (self.high < 0)


# --- intervals ----------------------------------------------------------------------------------


def rates_of(batch: Batch, level: float) -> Spans:
    """`rate` of each study."""
    if batch.forms < MIN_FORMS:
        return score_spans(batch.points, batch.trials, level)
    upper = (1 + level) / 2
    shrink = float(stdtrit(batch.trials - 1, upper) / stdtrit(batch.forms - 1, upper))
    return exact_spans(batch.points, shrink**2 * batch.trials / batch.effects, level)


def score_spans(points: Floats, trials: int, level: float) -> Spans:
    """`wilson` of each study.

    Args:
        points: rates found, shape (studies,).
        trials: trials of each study.
        level: confidence level.
    """
    z = float(ndtri((1 + level) / 2))
    shrink = 1 + z * z / trials
    center = (points + z * z / (2 * trials)) / shrink
    half = z * np.sqrt(points * (1 - points) / trials + (z / (2 * trials)) ** 2) / shrink
    low = np.where(points == 0, 0.0, np.maximum(center - half, 0.0))
    high = np.where(points == 1, 1.0, np.minimum(center + half, 1.0))
    return Spans(points, low, high)


def exact_spans(points: Floats, sizes: Floats, level: float) -> Spans:
    """`exact_limits` of each study.

    Args:
        points: rates found, shape (studies,).
        sizes: independent trials that each is worth, of the same shape.
        level: confidence level.
    """
    upper = (1 + level) / 2
    x = points * sizes
    # The arguments are kept valid where the edge is known anyway.
    low = betaincinv(np.maximum(x, 1e-9), sizes - x + 1, 1 - upper)
    high = betaincinv(x + 1, np.maximum(sizes - x, 1e-9), upper)
    return Spans(points, np.where(points == 0, 0.0, low), np.where(points == 1, 1.0, high))


def differences_of(treated: Batch, control: Batch, level: float, *, matched: bool) -> Spans:
    """`risk_difference` of each study.

    Args:
        treated: the treated arm.
        control: the control arm of the same studies.
        level: confidence level.
        matched: whether the arms' forms are the same.
    """
    arms = rates_of(treated, level), rates_of(control, level)
    if matched and treated.forms >= MIN_FORMS:
        return square_and_add(*arms, correlations_of(treated, control))
    return square_and_add(*arms)


def correlations_of(treated: Batch, control: Batch) -> Floats:
    """`form_correlation` of each study."""
    product = (treated.residuals * control.residuals).sum(axis=1)
    product = np.where(product > 0, np.maximum(product - 0.5, 0), product)
    a, b = treated.effects * treated.independent, control.effects * control.independent
    scale = np.sqrt(a * b)
    forms = treated.forms
    covariance = forms / max(forms - 1, 1) * product / (treated.trials * control.trials)
    return np.asarray(np.clip(_over(covariance, scale), -1, 1))


def _over(above: Floats, below: Floats) -> Floats:
    """The ratio, and 0 where there is nothing to divide by."""
    return np.divide(above, below, where=below > 0, out=np.zeros_like(below))


def square_and_add(a: Spans, b: Spans, correlations: Floats | float = 0.0) -> Spans:
    """`newcombe` of each study, a minus b, with the arms' correlations."""
    points = a.points - b.points
    down = _joined(a.points - a.low, b.high - b.points, correlations)
    up = _joined(a.high - a.points, b.points - b.low, correlations)
    return Spans(points, np.maximum(points - down, -1.0), np.minimum(points + up, 1.0))


def _joined(a: Floats, b: Floats, correlations: Floats | float) -> Floats:
    return np.asarray(np.sqrt(np.maximum(a * a - 2 * correlations * a * b + b * b, 0.0)))


# --- studies ------------------------------------------------------------------------------------


def simulate(
    rates: tuple[float, ...], sampling: Sampling, studies: int, rng: np.random.Generator
) -> tuple[Batch, ...]:
    """Simulated studies: one batch for each arm.

    The rates of forms follow a beta distribution around the arm's; those of a matched form are
    tied by `sampling.shared`. Below `MIN_FORMS` an interval speaks of the prompts that were run,
    and so each of them has the arm's rate.

    Args:
        rates: true mean rate of each arm.
        sampling: how each arm is sampled.
        studies: how many studies.
        rng: source of randomness.
    """
    common = rng.standard_normal((studies, sampling.forms))
    if not sampling.matched:
        sampling = replace(sampling, shared=0.0)
    return tuple(_batch(p, sampling, common, rng) for p in rates)


def _batch(p: float, sampling: Sampling, common: Floats, rng: np.random.Generator) -> Batch:
    rates: Floats | float = p
    if sampling.correlation and sampling.forms >= MIN_FORMS and 0 < p < 1:
        own = rng.standard_normal(common.shape)
        place = np.sqrt(sampling.shared) * common + np.sqrt(1 - sampling.shared) * own
        scale = 1 / sampling.correlation - 1
        # Quantiles between those of a fine grid: each one by itself would take minutes.
        rates = np.interp(place, _GRID, betaincinv(p * scale, (1 - p) * scale, ndtr(_GRID)))
    return Batch(rng.binomial(sampling.epochs, rates, common.shape), sampling.epochs)


_GRID = np.linspace(-6, 6, 2401)
