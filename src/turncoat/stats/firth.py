"""Logistic coefficients where factors separate events from no events: Firth's penalty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit, log_expit

from turncoat.stats.effects import NotEstimable

LARGEST_STEP = 5.0
"""Of a coefficient in one iteration, as in logistf."""

MOST_STEPS = 200
CLOSE = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """What a logistic model is fitted to.

    Attributes:
        columns: shape (n, k), the intercept among them.
        events: shape (n,), 0 or 1.
    """

    columns: Floats
    events: Floats


def separated(data: Data) -> bool:
    """Whether some combination of the columns tells events from the others, at least partly.

    Then maximum likelihood has no finite answer. Source: Konis 2007, Linear Programming Algorithms
    for Detecting Separated Data in Binary Logistic Regression Models, University of Oxford.
    """
    rows = np.unique(data.columns * (2 * data.events - 1)[:, None], axis=0)
    found = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1))
    return found.fun is not None and float(-found.fun) > CLOSE


def firth(data: Data) -> Floats:
    """Firth's coefficients, which are finite always: the likelihood times Jeffreys' prior.

    Estimand: the coefficients of the logistic model; the bias of order 1/n is removed.
    Prefer another: maximum likelihood without separation and with many events, where both agree.
    Sources: Firth 1993, Biometrika 80:27-38; Heinze, Schemper 2002, Statistics in Medicine
    21:2409-2419, for separation.

    Args:
        data: columns of full rank, and events.

    Returns:
        One coefficient for each column.

    Raises:
        NotEstimable: no convergence.
    """
    at = np.zeros(data.columns.shape[1])
    for _ in range(MOST_STEPS):
        score, step = _direction(data, at)
        if np.abs(score).max() < CLOSE:
            return at
        at = _improved(data, at, step / max(np.abs(step).max() / LARGEST_STEP, 1))
    raise NotEstimable(f"logistic: Firth's penalty found no answer in {MOST_STEPS} steps")


def _direction(data: Data, at: Floats) -> tuple[Floats, Floats]:
    """The penalized score, and the step that Newton would take."""
    p = expit(data.columns @ at)
    weights = p * (1 - p)
    inverse = np.linalg.inv(information(data, at))
    leverage = weights * np.einsum("ij,jk,ik->i", data.columns, inverse, data.columns)
    score = data.columns.T @ (data.events - p + leverage * (0.5 - p))
    return score, inverse @ score


def _improved(data: Data, at: Floats, step: Floats) -> Floats:
    """The step, halved until it does not lead downhill."""
    here = penalized(data, at)
    while penalized(data, at + step) < here - CLOSE:
        step = step / 2
    return at + step


def penalized(data: Data, at: Floats) -> float:
    """Log likelihood plus half the log determinant of the information."""
    line = data.columns @ at
    likelihood = log_expit(np.where(data.events == 1, line, -line)).sum()
    return float(likelihood + np.linalg.slogdet(information(data, at))[1] / 2)


def information(data: Data, at: Floats) -> Floats:
    """Fisher's information at these coefficients, shape (k, k)."""
    p = expit(data.columns @ at)
    return np.asarray((data.columns.T * (p * (1 - p))) @ data.columns)
