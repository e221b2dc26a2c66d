"""Verdicts against the truth: counts, Wilson, and what is unscored."""

from math import nan

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from turncoat.stats import (
    Bounds,
    Confusion,
    cross_tabulate,
    sensitivity,
    sensitivity_bounds,
    specificity,
    specificity_bounds,
)

JUDGED = Confusion(tp=45, fp=2, fn=5, tn=38, unscored_positive=10, unscored_negative=0)


def test_sensitivity_and_specificity_are_wilson_on_the_scored() -> None:
    for found, right, n in ((sensitivity(JUDGED), 45, 50), (specificity(JUDGED), 38, 40)):
        assert (found.point, found.n, found.clusters) == (right / n, n, None)
        theirs = proportion_confint(right, n, method="wilson")
        assert (found.low, found.high) == pytest.approx(theirs)


def test_cases_without_a_verdict_stand_beside() -> None:
    assert sensitivity_bounds(JUDGED) == Bounds(45 / 60, 55 / 60, 60, 10)
    assert specificity_bounds(JUDGED) == Bounds(38 / 40, 38 / 40, 40, 0)
    assert (JUDGED.cases, JUDGED.scored) == (100, 90)


def test_a_judge_without_a_case_is_unknown() -> None:
    empty = Confusion(0, 0, 0, 0, unscored_positive=3)
    assert not sensitivity(empty).known
    assert not specificity(empty).known
    assert sensitivity_bounds(empty) == Bounds(0, 1, 3, 3)


def test_verdicts_are_counted_against_the_truth() -> None:
    truth = np.array([1, 1, 1, 0, 0, 0, 0, 1], dtype=np.bool_)
    judged = np.array([1, 0, nan, 0, 1, 0, nan, 1])
    found = cross_tabulate(truth, judged)
    assert found == Confusion(2, 1, 1, 2, 1, 1)
    assert found.table.tolist() == [[2, 1], [1, 2]]


def test_what_cannot_be_a_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="other than 0, 1 and NaN"):
        cross_tabulate(np.ones(1, dtype=np.bool_), np.array([0.5]))
    with pytest.raises(ValueError, match=r"got .* truths"):
        cross_tabulate(np.ones(2, dtype=np.bool_), np.ones(1))
    with pytest.raises(ValueError, match="no negative"):
        Confusion(1, 2, -1, 0)
