"""A judged cell of which people labeled a random part, and what that leaves open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turncoat.stats.effects import NotEstimable
from turncoat.stats.estimates import Limits
from turncoat.stats.rates import (
    MIN_FORM_CORRELATION,
    MIN_FORMS,
    effective_trials,
    exact_limits,
    score_limits,
)


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


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
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


def grouped(audited: Audited, groups: NDArray[np.int64]) -> Groups:
    """Each group's share of the run and its true rate by its labels.

    Args:
        audited: the cell.
        groups: shape (n,), a code for each observation: the strata, or `by_verdict`.

    Raises:
        NotEstimable: nothing was observed, or a group has no label.
    """
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
    return Groups(place, sizes / audited.forms.size, np.minimum(points, 1), worth)


def by_verdict(audited: Audited) -> NDArray[np.int64]:
    """Strata, split where a judge other than the one they were drawn by disagrees."""
    verdict = np.where(audited.scored, audited.judged, 2).astype(np.int64)
    return np.unique(audited.strata, return_inverse=True)[1] * 3 + verdict


def swings_of(groups: Groups, level: float) -> list[Limits]:
    """How far the limits of each group move the whole: distances down and up, not limits.

    Args:
        groups: shares and rates.
        level: confidence level.
    """
    unread = np.isfinite(groups.worth)
    columns = (groups.shares[unread], groups.points[unread], groups.worth[unread])
    swings = []
    for share, point, worth in zip(*(column.tolist() for column in columns), strict=True):
        limits = score_limits(point, worth, level)
        swings.append(Limits(share * (point - limits.low), share * (limits.high - point)))
    return swings


def run_limits(
    forms: NDArray[np.int64], values: NDArray[np.float64], point: float, level: float
) -> Limits:
    """The limits that the run alone leaves, had every outcome been known.

    Korn and Graubard's over forms, Wilson's with fewer than `MIN_FORMS` of them.

    Args:
        forms: shape (n,), the form of each observation.
        values: shape (n,), the outcome, or what predicts it without bias: for the design effect.
        point: the rate.
        level: confidence level.
    """
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
