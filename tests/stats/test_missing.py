from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.stats import Bounds, difference_bounds, missing_bounds


@pytest.mark.parametrize(
    ("events", "scored", "planned", "expected"),
    [
        (3, 10, 10, Bounds(0.3, 0.3, 10, 0)),
        (3, 8, 10, Bounds(0.3, 0.5, 10, 2)),
        (0, 0, 4, Bounds(0.0, 1.0, 4, 4)),
    ],
)
def test_missing_outcomes_go_both_ways(
    events: int, scored: int, planned: int, expected: Bounds
) -> None:
    assert missing_bounds(events, scored=scored, planned=planned) == expected


def test_nothing_planned_has_no_bounds() -> None:
    bounds = missing_bounds(0, scored=0, planned=0)
    assert isnan(bounds.low)
    assert isnan(bounds.high)


@pytest.mark.parametrize(("events", "scored", "planned"), [(2, 1, 3), (0, 4, 3), (-1, 1, 1)])
def test_bounds_refuse_what_cannot_be(events: int, scored: int, planned: int) -> None:
    with pytest.raises(ValueError, match="bounds: got"):
        missing_bounds(events, scored=scored, planned=planned)


def test_a_difference_takes_the_bounds_that_oppose() -> None:
    treated = missing_bounds(6, scored=8, planned=10)
    control = missing_bounds(1, scored=9, planned=10)
    bounds = difference_bounds(treated, control)
    assert (bounds.low, bounds.high) == pytest.approx((0.4, 0.7))
    assert (bounds.planned, bounds.missing) == (20, 3)


@given(st.data())
def test_bounds_hold_the_rate_however_the_missing_turn_out(data: st.DataObject) -> None:
    outcomes = data.draw(st.lists(st.booleans(), min_size=1, max_size=20))
    seen = data.draw(st.lists(st.booleans(), min_size=len(outcomes), max_size=len(outcomes)))
    events = sum(o and s for o, s in zip(outcomes, seen, strict=True))
    bounds = missing_bounds(events, scored=sum(seen), planned=len(outcomes))
    assert bounds.low <= sum(outcomes) / len(outcomes) <= bounds.high
