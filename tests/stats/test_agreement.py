"""Agreement against statsmodels and a published example, and the laws that it must obey."""

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint

from turncoat.stats import (
    agreement,
    fleiss,
    kappa,
    krippendorff,
)

TABLES = [
    [[20, 5], [10, 15]],
    [[44, 5, 1], [7, 20, 3], [9, 5, 6]],
    [[1, 0], [1, 48]],
    [[0, 9], [11, 0]],
    [[12, 2, 0, 0], [1, 30, 4, 0], [0, 3, 9, 2], [0, 0, 1, 21]],
]


@pytest.mark.parametrize("table", TABLES)
def test_kappa_and_its_variance_are_those_of_statsmodels(table: list[list[int]]) -> None:
    ours, theirs = kappa(table), cohens_kappa(table)
    assert ours.point == pytest.approx(theirs.kappa, abs=1e-12)
    assert ours.variance == pytest.approx(theirs.var_kappa, abs=1e-12)
    assert ours.n == np.sum(table)


def test_with_many_cases_the_interval_is_the_usual_one() -> None:
    table = 200 * np.array(TABLES[1])
    ours, theirs = kappa(table), cohens_kappa(table)
    assert (ours.low, ours.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp), abs=1e-3)


@pytest.mark.parametrize("table", [[[10, 0], [0, 10]], [[1, 0], [0, 40]], [[3, 0], [0, 3]]])
def test_perfect_agreement_is_not_known_for_certain(table: list[list[int]]) -> None:
    found = kappa(table)
    assert (found.point, found.high, found.variance) == (1, 1, 0)
    assert -1 <= found.low < 0.95


def test_fewer_perfect_cases_say_less() -> None:
    lows = [kappa([[n, 0], [0, n]]).low for n in (3, 10, 100, 1000)]
    assert lows == sorted(lows)
    assert lows[-1] > 0.99


@pytest.mark.parametrize(
    ("table", "why"),
    [([[0, 0], [0, 0]], "no case"), ([[0, 0], [0, 7]], "only one label")],
)
def test_what_says_nothing_about_agreement_is_unknown(table: list[list[int]], why: str) -> None:
    found = kappa(table)
    assert not found.known
    assert all(isnan(x) for x in (found.low, found.high, found.variance))
    assert why in found.method


@pytest.mark.parametrize("table", [[[1, 2]], [1, 2], [[1, -1], [0, 3]], [[1, 0.5], [0, 3]], []])
def test_kappa_refuses_what_is_no_square_table(table: list[object]) -> None:
    with pytest.raises(ValueError, match="square table of counts"):
        kappa(np.array(table))


@given(
    st.integers(2, 4).flatmap(
        lambda k: st.lists(
            st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=k, max_size=k
        )
    )
)
def test_kappa_lies_in_its_interval_which_has_a_width(table: list[list[int]]) -> None:
    found = kappa(table)
    if found.known:
        assert -1 <= found.low <= found.point <= found.high <= 1
        assert found.high - found.low > 0.01
        turned = kappa(np.transpose(table))
        assert (turned.point, turned.low, turned.high) == pytest.approx(
            (found.point, found.low, found.high)
        )


@pytest.mark.parametrize(("true", "least"), [(0.4, 0.94), (0.8, 0.93), (0.97, 0.93)])
def test_the_interval_of_kappa_covers_where_the_usual_one_does_not(
    true: float, least: float
) -> None:
    """3,000 studies of 50 cases with half of them positive."""
    both = 0.25 + true / 4
    shares = [both, 0.5 - both, 0.5 - both, both]
    drawn = np.random.default_rng(20261128).multinomial(50, shares, size=3000)
    tables, times = np.unique(drawn, axis=0, return_counts=True)
    found = [kappa(table.reshape(2, 2)) for table in tables]
    covers = np.array([k.low <= true <= k.high for k in found])
    usual = np.array([abs(k.point - true) <= 1.96 * k.variance**0.5 for k in found])
    assert covers @ times / 3000 >= least
    assert usual @ times < covers @ times


# Raters in columns.
DIAGNOSES = np.random.default_rng(71).integers(0, 3, size=(12, 4))
ALIKE = np.column_stack([np.arange(20) % 3] * 3)
ALIKE[::4, 0] = 0
ODD = np.array([[0, 0, 0, 1, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 1, 1, 1]] * 3)


@pytest.mark.parametrize("labels", [DIAGNOSES, ALIKE, ODD])
def test_fleiss_is_that_of_statsmodels(labels: NDArray[np.int64]) -> None:
    counts, _ = aggregate_raters(labels)
    found = fleiss(counts)
    assert found.point == pytest.approx(fleiss_kappa(counts), abs=1e-12)
    assert found.low < found.point < found.high <= 1
    # Krippendorff's alpha differs from it by the correction for few labels.
    pairs = counts.sum()
    alpha = found.point + (1 - found.point) / pairs
    assert krippendorff(counts).point == pytest.approx(alpha, abs=1e-12)


def test_fleiss_refuses_missing_labels() -> None:
    with pytest.raises(ValueError, match="use krippendorff"):
        fleiss([[2, 1], [1, 1]])


_ = nan
# Krippendorff 2011, section C: four observers, twelve units, missing data; alpha 0.743.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
).T


def test_alpha_reproduces_krippendorff_2011() -> None:
    found = agreement(PUBLISHED)
    assert found.beyond_chance.point == pytest.approx(0.743, abs=5e-4)
    assert found.beyond_chance.method.startswith("Krippendorff")
    assert (found.raters, found.cases, found.too_few) == (4, 11, 1)


@pytest.mark.parametrize(
    "labels", [np.zeros((0, 3)), np.full((4, 3), nan), np.ones((5, 3)), np.ones((5, 2))]
)
def test_without_two_labels_in_use_there_is_no_coefficient(labels: NDArray[np.float64]) -> None:
    found = agreement(labels)
    assert not found.beyond_chance.known
    assert found.raw.known == (found.cases > 0)


def test_two_raters_get_cohen_on_what_both_labeled() -> None:
    labels = np.array([[1, 1], [1, 0], [0, 0], [0, 0], [1, nan], [nan, nan]])
    found = agreement(labels, level=0.9)
    assert found.beyond_chance == kappa([[2, 0], [1, 1]], level=0.9)
    assert (found.raters, found.cases, found.too_few) == (2, 4, 2)
    limits = proportion_confint(3, 4, alpha=0.1, method="wilson")
    assert (found.raw.low, found.raw.high) == pytest.approx(limits)
    assert found.raw.point == 0.75


def test_three_who_agree_are_not_known_to_agree_always() -> None:
    found = agreement(np.tile([[0.0], [1.0]], (10, 3)))
    assert found.beyond_chance.point == 1
    assert 0.5 < found.beyond_chance.low < 0.9
    assert found.beyond_chance.level == 0.95


def test_alpha_covers_with_three_raters() -> None:
    """1,000 studies of 60 cases, each rater wrong in one of ten: alpha is 0.64."""
    rng = np.random.default_rng(20261128)
    held = 0
    for _study in range(1000):
        truth = rng.random((60, 1)) < 0.5
        labels = (truth ^ (rng.random((60, 3)) < 0.1)).astype(np.float64)
        found = agreement(labels).beyond_chance
        held += found.low <= 0.64 <= found.high
    assert held >= 930
