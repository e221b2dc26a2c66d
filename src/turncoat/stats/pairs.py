"""Tests of matched arms: what the forms that differ say."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from turncoat.stats.counts import Counts
from turncoat.stats.pvalues import PValue


def mcnemar(treated: Counts, control: Counts) -> PValue:
    """McNemar's mid-p test on matched forms, also with several trials a form.

    Estimand: none; hypothesis: within every form it makes no difference which arm is which.
    Assumptions: forms are independent; trials of one form may be alike in any way, which is why a
    form counts once, by the difference of its two rates (weighted by trials where they are
    unequal), and the signs of the differences are turned in all ways. With one trial a form this
    is McNemar's mid-p test. Half of the probability of what was found is counted, which brings
    the error to the nominal share instead of far below it.
    Prefer another: `difference_p` without matching, or for few forms: five forms that all differ
    in one direction have p = 0.03, four have 0.06.
    Sources: Fagerland, Lydersen, Laake 2013, BMC Medical Research Methodology 13:91, for mid-p;
    Good 2005, Permutation, Parametric and Bootstrap Tests, section 3.7, for matched pairs.

    Args:
        treated: events and trials by form.
        control: the same forms in the same order.

    Raises:
        ValueError: the forms differ.
    """
    if treated.forms != control.forms:
        raise ValueError(
            f"mcnemar: got forms {treated.forms} and {control.forms}, expected equal; "
            "use Counts.among the shared ones"
        )
    forms = len(treated.forms)
    p = _mid_p(_differences(treated, control)) if forms else float("nan")
    method = "McNemar mid-p" if forms else "no form is matched"
    n, m = treated.trial_count, control.trial_count
    return PValue(p, n, m, forms, method, "no difference within any form")


def _differences(treated: Counts, control: Counts) -> NDArray[np.int64]:
    """By form, the difference of the rates times both numbers of trials, as small integers."""
    arms = zip(treated.events, treated.trials, control.events, control.trials, strict=True)
    scaled = [events * m - other * n for events, n, other, m in arms]
    return np.array(scaled, dtype=np.int64) // max(gcd(*scaled), 1)


def _mid_p(differences: NDArray[np.int64]) -> float:
    """Two-sided mid-p of the sum, over all signs of the differences."""
    sums = np.ones(1)
    for size in np.abs(differences[differences != 0]):
        turned = np.zeros(2 * size + 1)
        turned[[0, -1]] = 0.5
        sums = np.convolve(sums, turned)
    # A sum S stands at place S + half.
    half = sums.size // 2
    found = half + abs(int(differences.sum()))
    return min(float(2 * sums[found + 1 :].sum() + sums[found]), 1.0)
