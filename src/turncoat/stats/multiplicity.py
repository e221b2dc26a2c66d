"""Many tests at once: p-values adjusted for how many questions were asked."""

from collections.abc import Sequence

import numpy as np


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values: at 0.05, the chance of any false alarm stays below 0.05.

    Estimand: none. Assumptions: none about how the tests hang together. Uniformly better than
    Bonferroni.
    Prefer another: `benjamini_hochberg` to explore many contrasts, where a share of false alarms
    among the findings is acceptable.
    Source: Holm 1979, Scandinavian Journal of Statistics 6:65-70; statsmodels does the work.

    Args:
        ps: one p-value for each question that was declared. NaN is one that could not be tested:
            it stays NaN and counts as asked.

    Returns:
        Adjusted values in [0, 1], in the same order.

    Raises:
        ValueError: a value outside [0, 1].
    """
    return _adjusted(ps, "holm")


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """Benjamini and Hochberg's: of what lies below 0.05, 5 % are false alarms at most on average.

    Estimand: none. Assumptions: tests that are independent or positively dependent, as contrasts
    against one control are.
    Prefer another: `holm` for a study's declared contrasts.
    Source: Benjamini, Hochberg 1995, JRSS B 57:289-300; Benjamini, Yekutieli 2001, Annals of
    Statistics 29:1165-1188, for dependence; statsmodels does the work.

    Args, returns, raises: as `holm`.
    """
    return _adjusted(ps, "fdr_bh")


def _adjusted(ps: Sequence[float], method: str) -> tuple[float, ...]:
    from statsmodels.stats.multitest import multipletests

    given = np.asarray(ps, dtype=np.float64)
    unknown = np.isnan(given)
    if ((given < 0) | (given > 1)).any():
        raise ValueError(f"multiplicity: got p-values {list(ps)}, expected them in [0, 1] or NaN")
    if not given.size:
        return ()
    adjusted = multipletests(np.where(unknown, 1.0, given), method=method)[1]
    return tuple(float(p) for p in np.where(unknown, np.nan, adjusted))
