"""Logistic coefficients where factors separate events from no events: Firth's penalty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit, log_expit

from turncoat.stats.effects import NotEstimable

LARGEST_STEP = 5.0
"""Of a coefficient in one iteration, as in logistf."""

SMALLEST_STEP = 2.0**-30
"""Share of a step below which rounding decides whether it leads uphill."""

MOST_STEPS = 200

CLOSE = 1e-9
"""What counts as 0: of a separating line's length, and of the way left, in standard errors."""

NEAR = 1e-5
"""So near the top, in standard errors, heights differ by rounding alone."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """What a logistic model is fitted to: trials, those with equal columns taken together.

    Attributes:
        columns: shape (n, k), the intercept among them.
        events: shape (n,), events of each row.
        trials: shape (n,), trials of each row.
    """

    columns: Floats
    events: Floats
    trials: Floats


def separated(data: Data) -> bool:
    """Whether some combination of the columns tells events from the others, at least partly.

    Then maximum likelihood has no finite answer. Source: Konis 2007, Linear Programming Algorithms
    for Detecting Separated Data in Binary Logistic Regression Models, University of Oxford.
    """
    with_events, without = data.events > 0, data.events < data.trials
    if (with_events & without).all():
        return False  # no line has the same point on both of its sides
    rows = np.vstack([data.columns[with_events], -data.columns[without]])
    found = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1))
    return found.fun is not None and float(-found.fun) > CLOSE


def firth(data: Data) -> Floats:
    """Firth's coefficients, which are finite always: the likelihood times Jeffreys' prior.

    Estimand: the coefficients of the logistic model; the bias of order 1/n is removed. Where cells
    of one trial stand beside cells of hundreds, the penalized likelihood may have several tops,
    some 0.2 apart in height: this is the one that is reached from 0.
    Prefer another: maximum likelihood without separation and with many events, where both agree.
    Newton's steps, halved until they gain a quarter of what they promise: gaining anything is not
    enough, since a step to the other side of the top and back would go on for ever.
    Sources: Firth 1993, Biometrika 80:27-38; Heinze, Schemper 2002, Statistics in Medicine
    21:2409-2419, for separation; Nocedal, Wright 2006, Numerical Optimization, section 3.1, for
    the steps.

    Args:
        data: columns of full rank, and events.

    Returns:
        One coefficient for each column.

    Raises:
        NotEstimable: no convergence.
    """
    here = _step(data, np.zeros(data.columns.shape[1]))
    for _ in range(MOST_STEPS):
        there = _improved(data, here) if here.left > CLOSE else None
        if there is None:
            break
        here = there
    if here.left > NEAR:
        raise NotEstimable("logistic: Firth's penalty found no answer; leave a factor out")
    return here.at


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Coefficients, and the step that Newton would take from them.

    Attributes:
        at: the coefficients.
        step: the way to the top, were the penalized likelihood a parabola.
        left: its length, in standard errors.
    """

    at: Floats
    step: Floats
    left: float


def _step(data: Data, at: Floats) -> _Step:
    p = expit(data.columns @ at)
    weights = data.trials * p * (1 - p)
    inverse = np.linalg.inv(information(data, at))
    leverage = weights * np.einsum("ij,jk,ik->i", data.columns, inverse, data.columns)
    score = data.columns.T @ (data.events - data.trials * p + leverage * (0.5 - p))
    step = inverse @ score
    return _Step(at, step, float(np.sqrt(max(score @ step, 0.0))))


def _improved(data: Data, here: _Step) -> _Step | None:
    """The step, halved until it gains enough; None where none does."""
    share = min(LARGEST_STEP / np.abs(here.step).max(), 1.0)
    while share > SMALLEST_STEP:
        at = here.at + share * here.step
        if here.left > NEAR:
            if penalized(data, at) >= penalized(data, here.at) + share * here.left**2 / 4:
                return _step(data, at)
        elif (there := _step(data, at)).left < (1 - share / 8) * here.left:
            return there
        share /= 2
    return None


def penalized(data: Data, at: Floats) -> float:
    """Log likelihood plus half the log determinant of the information."""
    line = data.columns @ at
    misses = data.trials - data.events
    likelihood = data.events @ log_expit(line) + misses @ log_expit(-line)
    return float(likelihood + np.linalg.slogdet(information(data, at))[1] / 2)


def information(data: Data, at: Floats) -> Floats:
    """Fisher's information at these coefficients, shape (k, k)."""
    p = expit(data.columns @ at)
    return np.asarray((data.columns.T * (data.trials * p * (1 - p))) @ data.columns)
