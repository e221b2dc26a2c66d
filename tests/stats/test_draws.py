"""Draws: what any allocation and any extension must obey, and that chance is even."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from turncoat.stats import Draw, allocate, draw, order
from turncoat.stats.draws import FLOOR

SIZES = st.lists(st.integers(0, 60), min_size=1, max_size=6).map(np.array)
STRATA = st.lists(st.integers(0, 4), min_size=1, max_size=120).map(np.array)


@given(SIZES, st.integers(6, 400))
def test_an_allocation_uses_up_the_total_and_starves_nobody(
    sizes: NDArray[np.int64], total: int
) -> None:
    found = allocate(sizes, total)
    assert found.sum() == min(total, sizes.sum())
    assert (found <= sizes).all()
    assert (found[sizes > 0] >= 1).all()
    if total >= FLOOR * (sizes > 0).sum():
        assert (found >= np.minimum(sizes, FLOOR)).all()


@given(SIZES, st.integers(6, 300), st.integers(0, 100))
def test_a_larger_total_takes_nothing_away(sizes: NDArray[np.int64], total: int, more: int) -> None:
    assert (allocate(sizes, total) <= allocate(sizes, total + more)).all()


@given(SIZES, st.integers(6, 300))
def test_a_larger_stratum_gets_no_fewer(sizes: NDArray[np.int64], total: int) -> None:
    found = allocate(sizes, total)
    by_size = np.argsort(sizes, kind="stable")
    assert (np.diff(found[by_size]) >= -1).all()


@pytest.mark.parametrize(
    ("sizes", "total", "expected"),
    [
        ([1000, 0, 3, 10], 13, [5, 0, 3, 5]),
        ([8, 8], 9, [5, 4]),
        ([2, 2], 9, [2, 2]),
        ([0], 0, [0]),
        ([8000, 1000], 50, [40, 10]),
    ],
)
def test_allocations_by_hand(sizes: list[int], total: int, expected: list[int]) -> None:
    assert allocate(np.array(sizes), total).tolist() == expected


def test_a_stratum_without_a_label_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got 2 to draw from strata of \[4, 0, 5, 6\].*the 3"):
        allocate(np.array([4, 0, 5, 6]), 2)
    with pytest.raises(ValueError, match="allocate"):
        allocate(np.array([4, -1]), 3)


@given(STRATA, st.integers(0, 2**32))
def test_an_order_counts_each_stratum_from_0(strata: NDArray[np.int64], seed: int) -> None:
    ranks = order(strata, np.random.default_rng(seed))
    for stratum in np.unique(strata):
        mine = ranks[strata == stratum]
        assert sorted(mine.tolist()) == list(range(mine.size))


@given(STRATA, st.integers(5, 130), st.integers(0, 50), st.integers(0, 2**32))
def test_an_extended_draw_begins_with_the_smaller_one(
    strata: NDArray[np.int64], total: int, more: int, seed: int
) -> None:
    small = draw(strata, total, np.random.default_rng(seed))
    large = draw(strata, total + more, np.random.default_rng(seed))
    assert large.places[: small.places.size].tolist() == small.places.tolist()
    assert (small.inclusion <= large.inclusion).all()


@given(STRATA, st.integers(5, 130), st.integers(0, 2**32))
def test_a_draw_is_its_allocation_and_records_how_likely_it_was(
    strata: NDArray[np.int64], total: int, seed: int
) -> None:
    found = draw(strata, total, np.random.default_rng(seed))
    assert len(set(found.places.tolist())) == found.places.size == min(total, strata.size)
    for stratum in np.unique(strata):
        size = (strata == stratum).sum()
        drawn = (strata[found.places] == stratum).sum()
        assert (found.inclusion[strata == stratum] == drawn / size).all()
    assert found.inclusion.sum() == pytest.approx(found.places.size)


def test_every_observation_of_a_stratum_is_as_likely_as_recorded() -> None:
    """4,000 draws of 20 from 60, and the same of those that come by extending a draw of 10."""
    strata = np.repeat([0, 1, 2], [40, 17, 3])
    rng = np.random.default_rng(20261128)
    drawn: list[Draw] = [draw(strata, 20, rng) for _ in range(4000)]
    for size in (10, 20):
        times = np.zeros(60)
        for one in drawn:
            times[one.places[:size]] += 1
        expected = allocate(np.array([40, 17, 3]), size) / np.array([40, 17, 3])
        assert times / 4000 == pytest.approx(expected[strata], abs=0.03)


def test_pairs_within_a_stratum_are_drawn_independently() -> None:
    rng = np.random.default_rng(20261128)
    together = np.zeros((6, 6))
    for _ in range(6000):
        places = draw(np.zeros(6, dtype=np.int64), 3, rng).places
        together[np.ix_(places, places)] += 1 / 6000
    assert together[~np.eye(6, dtype=np.bool_)] == pytest.approx(np.full(30, 0.2), abs=0.02)
