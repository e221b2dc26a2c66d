"""Many tests at once: p-values adjusted for how many questions were asked."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values: at 0.05, the chance of any false alarm stays below 0.05.

    Estimand: none. Assumptions: none about how the tests hang together. Uniformly better than
    Bonferroni.
    Prefer another: `benjamini_hochberg` to explore many contrasts, where a share of false alarms
    among the findings is acceptable.
    Source: Holm 1979, Scandinavian Journal of Statistics 6:65-70. Ours, since that of statsmodels
    collects garbage at every call, and a study with many subjects calls it often.

    Args:
        ps: one p-value for each question that was declared. NaN is one that could not be tested:
            it stays NaN and counts as asked.

    Returns:
        Adjusted values in [0, 1], in the same order.

    Raises:
        ValueError: a value outside [0, 1].
    """
    return _adjusted(ps, _holm)


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """Benjamini and Hochberg's: of what lies below 0.05, 5 % are false alarms at most on average.

    Estimand: none. Assumptions: tests that are independent or positively dependent, as contrasts
    against one control are.
    Prefer another: `holm` for a study's declared contrasts.
    Source: Benjamini, Hochberg 1995, JRSS B 57:289-300; Benjamini, Yekutieli 2001, Annals of
    Statistics 29:1165-1188, for dependence; scipy does the work.

    Args, returns, raises: as `holm`.
    """
    return _adjusted(ps, false_discovery_control)


def _adjusted(
    ps: Sequence[float], method: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> tuple[float, ...]:
    given = np.asarray(ps, dtype=np.float64)
    unknown = np.isnan(given)
    if ((given < 0) | (given > 1)).any():
        raise ValueError(f"multiplicity: got p-values {list(ps)}, expected them in [0, 1] or NaN")
    if not given.size:
        return ()
    adjusted = method(np.where(unknown, 1.0, given))
    return tuple(float(p) for p in np.where(unknown, np.nan, adjusted))


def _holm(ps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest times all, the next times one less, and never below an earlier one."""
    order = np.argsort(ps)
    stepped = np.maximum.accumulate(ps[order] * np.arange(ps.size, 0, -1))
    adjusted = np.empty_like(ps)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
