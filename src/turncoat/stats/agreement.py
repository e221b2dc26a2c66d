"""How raters agree with each other: raw, and beyond chance."""

from dataclasses import dataclass
from math import isnan, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from turncoat.stats.estimates import LEVEL, Estimate, no_estimate
from turncoat.stats.rates import score_limits


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Agreement beyond chance, in [-1, 1], with its interval. What is not known is NaN, never 0.

    An `Estimate` holds a proportion; this one is 0 where raters agree as often as by chance, 1
    where they always agree, and negative below chance.

    Attributes:
        point: the coefficient; NaN without a case, or where only one label was ever given.
        low: lower confidence limit.
        high: upper confidence limit.
        variance: large-sample variance of the point; 0 where agreement is perfect, which is why
            the interval does not come from it alone.
        n: cases behind the point.
        method: name of coefficient and interval, for tables; where the point is NaN, why.
        level: confidence level of the interval.
    """

    point: float
    low: float
    high: float
    variance: float
    n: int
    method: str
    level: float = LEVEL

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return not isnan(self.point)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How several raters agree.

    Attributes:
        raters: raters with at least one label.
        cases: cases with at least two labels, which all the numbers are about.
        too_few: cases with one label or none, which say nothing about agreement.
        raw: share of pairs of labels of one case that are equal, each case counting once.
        beyond_chance: Cohen's kappa of two raters, Krippendorff's alpha of more.
    """

    raters: int
    cases: int
    too_few: int
    raw: Estimate
    beyond_chance: Coefficient


# --- two raters ---------------------------------------------------------------------------------


def kappa(table: ArrayLike, *, level: float = LEVEL) -> Coefficient:
    """Cohen's kappa of two raters, with an interval that is never of zero width.

    Estimand: (observed - expected agreement) / (1 - expected), where expected is that of raters
    who keep how often they use each label and give them by chance.
    Assumptions: independent cases, each labeled by both. The variance is the large-sample one of
    Fleiss, Cohen, Everitt; it is 0 for perfect agreement, so the limits are Wilson's of the
    observed agreement, at the number of cases at which it would have that variance (at most
    those there are), carried over to kappa with the expected agreement as found. With many cases
    this is the usual interval.
    Prefer another: sensitivity and specificity where one rater is the truth; kappa depends on how
    frequent each label is.
    Sources: Cohen 1960, Educational and Psychological Measurement 20:37-46; Fleiss, Cohen,
    Everitt 1969, Psychological Bulletin 72:323-327, for the variance; the limits are ours.

    Args:
        table: shape (k, k), cases by label of the first rater (rows) and the second (columns).
        level: confidence level.

    Returns:
        NaN without a case, or where both raters gave one and the same label to every case.

    Raises:
        ValueError: no square table of counts.
    """
    counts = _square(table)
    n = int(counts.sum())
    if n == 0:
        return _unknown("no case has two labels", 0, level)
    shares = counts / n
    observed = float(np.trace(shares))
    expected = float(shares.sum(axis=1) @ shares.sum(axis=0))
    if expected == 1:
        return _unknown("only one label was given", n, level)
    variance = _kappa_variance(shares, observed, expected) / n
    found = _Agreeing(observed, expected, variance, n)
    return _coefficient(found, "Cohen's kappa, Wilson limits", level)


def _square(table: ArrayLike) -> NDArray[np.int64]:
    counts = np.asarray(table)
    square = counts.ndim == 2 and counts.shape[0] == counts.shape[1] and counts.size > 0
    if not square or (counts < 0).any() or (counts != np.floor(counts)).any():
        raise ValueError(f"kappa: expected a square table of counts, got shape {counts.shape}")
    return counts.astype(np.int64)


def _kappa_variance(shares: NDArray[np.float64], observed: float, expected: float) -> float:
    """Variance of kappa times the number of cases: Fleiss, Cohen, Everitt 1969, formula 13."""
    point = (observed - expected) / (1 - expected)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    same = np.diag(shares) @ (1 - (rows + columns) * (1 - point)) ** 2
    apart = shares * (columns[:, None] + rows[None, :]) ** 2
    other = (1 - point) ** 2 * (apart.sum() - np.trace(apart))
    mean = (point - expected * (1 - point)) ** 2
    return float(max(same + other - mean, 0.0) / (1 - expected) ** 2)


# --- any number of raters -----------------------------------------------------------------------


def fleiss(counts: ArrayLike, *, level: float = LEVEL) -> Coefficient:
    """Fleiss's kappa: agreement beyond chance where every case has as many labels.

    Estimand: (observed - expected agreement of two labels of a case) / (1 - expected), where
    expected is that of labels drawn by chance from all labels given.
    Assumptions: independent cases. The variance is the jackknife's over cases, since that of
    Fleiss 1971 holds only without agreement; the limits are made as those of `kappa`.
    Prefer another: `krippendorff` where labels are missing or cases are few.
    Source: Fleiss 1971, Psychological Bulletin 76:378-382.

    Args:
        counts: shape (cases, k), how many raters gave each label.
        level: confidence level.

    Returns:
        NaN without a case, or where only one label was ever given.

    Raises:
        ValueError: cases with different numbers of labels, or fewer than two.
    """
    rated = _rated(counts)
    if rated.size and len(set(rated.sum(axis=1).tolist())) > 1:
        raise ValueError("fleiss: the cases have different numbers of labels; use krippendorff")
    return _of_cases(rated, 0, "Fleiss's kappa, Wilson limits", level)


def krippendorff(counts: ArrayLike, *, level: float = LEVEL) -> Coefficient:
    """Krippendorff's alpha for nominal labels, of any number of raters, with labels missing.

    Estimand: 1 - observed / expected disagreement, where expected is that of two labels drawn
    without replacement from all labels that stand beside another; a correction for few cases that
    `fleiss` lacks.
    Assumptions: independent cases; which labels are missing is unrelated to what they would have
    been. Variance and limits as in `fleiss`.
    Prefer another: `kappa` for two raters who both labeled everything.
    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, University of
    Pennsylvania.

    Args:
        counts: shape (cases, k), how many raters gave each label; each case at least two.
        level: confidence level.

    Returns:
        NaN without a case, or where only one label was ever given.

    Raises:
        ValueError: a case with fewer than two labels.
    """
    return _of_cases(_rated(counts), 1, "Krippendorff's alpha, Wilson limits", level)


def _rated(counts: ArrayLike) -> NDArray[np.float64]:
    rated = np.asarray(counts, dtype=np.float64)
    if rated.ndim != 2 or (rated < 0).any() or (rated.sum(axis=1) < 2).any():
        raise ValueError("agreement: expected at least two labels of each case, in shape (n, k)")
    return rated


def _of_cases(rated: NDArray[np.float64], drawn: int, method: str, level: float) -> Coefficient:
    """Alpha (`drawn` 1: chance draws without replacement) or Fleiss's kappa (`drawn` 0)."""
    n = len(rated)
    if n == 0:
        return _unknown("no case has two labels", 0, level)
    if np.count_nonzero(rated.sum(axis=0)) < 2:
        return _unknown("only one label was given", n, level)
    sizes = rated.sum(axis=1)
    pairs = (rated * (rated - 1)).sum(axis=1) / (sizes - 1)
    labels, total, agreed = rated.sum(axis=0), sizes.sum(), pairs.sum()
    observed = float(agreed / total)
    expected = float(labels @ (labels - drawn) / (total * (total - drawn)))
    left = labels - rated
    one_less = _beyond(
        (agreed - pairs) / np.maximum(total - sizes, 1),
        (left * (left - drawn)).sum(axis=1)
        / np.maximum((total - sizes) * (total - sizes - drawn), 1),
    )
    found = _Agreeing(observed, expected, _jackknife(one_less), n)
    return _coefficient(found, method, level)


def _beyond(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    room = np.where(expected < 1, 1 - expected, 1.0)
    return np.where(expected < 1, (observed - expected) / room, nan)


def _jackknife(one_less: NDArray[np.float64]) -> float:
    known = one_less[~np.isnan(one_less)]
    return float((known.size - 1) * known.var()) if known.size > 1 else 0.0


def agreement(labels: NDArray[np.float64], *, level: float = LEVEL) -> Agreement:
    """How raters agree: raw and beyond chance.

    Estimand: agreement of two of these raters on a case like these.
    Assumptions: as `kappa` for two raters and `krippendorff` for more. Raw agreement has Wilson's
    interval with cases as trials, a little wide for more than two raters.
    Prefer another: `kappa` on a table that is already counted.

    Args:
        labels: shape (cases, raters), a number for each label, NaN where a rater gave none.
        level: confidence level.

    Raises:
        ValueError: not two-dimensional.
    """
    if labels.ndim != 2:
        raise ValueError(f"agreement: got shape {labels.shape}, expected (cases, raters)")
    given = ~np.isnan(labels)
    shared = labels[given.sum(axis=1) >= 2][:, given.any(axis=0)]
    raters, cases = shared.shape[1], len(shared)
    rated = _label_counts(shared)
    if raters == 2:
        beyond = kappa(_two_raters(shared), level=level)
    else:
        beyond = krippendorff(rated, level=level)
    return Agreement(raters, cases, len(labels) - cases, _raw(rated, level), beyond)


def _label_counts(labels: NDArray[np.float64]) -> NDArray[np.float64]:
    kinds = np.unique(labels[~np.isnan(labels)])
    return np.asarray((labels[:, :, None] == kinds).sum(axis=1), dtype=np.float64)


def _two_raters(labels: NDArray[np.float64]) -> NDArray[np.int64]:
    kinds, place = np.unique(labels, return_inverse=True)
    first, second = place.reshape(labels.shape).T
    table = np.zeros((max(kinds.size, 1), max(kinds.size, 1)), dtype=np.int64)
    np.add.at(table, (first, second), 1)
    return table


def _raw(rated: NDArray[np.float64], level: float) -> Estimate:
    n = len(rated)
    if n == 0:
        return no_estimate(level)
    sizes = rated.sum(axis=1)
    point = float(((rated * (rated - 1)).sum(axis=1) / (sizes * (sizes - 1))).mean())
    limits = score_limits(point, n, level)
    estimand = "pairs of labels of one case that are equal"
    return Estimate(point, limits.low, limits.high, n, None, "Wilson", estimand, level)


# --- limits -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Agreeing:
    """Observed and expected agreement, the variance of the coefficient, and cases."""

    observed: float
    expected: float
    variance: float
    n: int


def _coefficient(found: _Agreeing, method: str, level: float) -> Coefficient:
    room = 1 - found.expected
    limits = score_limits(found.observed, _effective(found), level)
    return Coefficient(
        point=(found.observed - found.expected) / room,
        low=max((limits.low - found.expected) / room, -1.0),
        high=(limits.high - found.expected) / room,
        variance=found.variance,
        n=found.n,
        method=method,
        level=level,
    )


def _effective(found: _Agreeing) -> float:
    """Cases at which the observed agreement would have the coefficient's variance."""
    spread = found.observed * (1 - found.observed)
    variance = found.variance * (1 - found.expected) ** 2
    return min(spread / variance, found.n) if variance > 0 and spread > 0 else found.n


def _unknown(why: str, n: int, level: float) -> Coefficient:
    return Coefficient(nan, nan, nan, nan, n, why, level)
