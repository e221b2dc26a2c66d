import numpy as np
import pytest

from turncoat.stats import Counts, count


def test_count_groups_rows_by_form() -> None:
    forms = np.array([7, 2, 7, 2, 9])
    events = np.array([True, False, True, True, False])
    assert count(forms, events) == Counts((2, 7, 9), (1, 2, 0), (2, 2, 1))


def test_count_of_nothing_is_empty() -> None:
    empty = count(np.array([], dtype=np.int64), np.array([], dtype=np.bool_))
    assert empty == Counts((), (), ())
    assert (empty.event_count, empty.trial_count) == (0, 0)


def test_count_refuses_shapes_that_differ() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) forms and \(1,\) events"):
        count(np.array([1, 2]), np.array([True]))


def test_among_aligns_cells_form_by_form() -> None:
    cell = Counts((1, 2, 3), (0, 1, 2), (4, 5, 6))
    assert cell.among([3, 1, 8]) == Counts((3, 1), (2, 0), (6, 4))


@pytest.mark.parametrize(
    ("forms", "events", "trials", "message"),
    [
        ((1, 2), (0,), (1, 1), "as many of each"),
        ((1, 1), (0, 0), (1, 1), "stands twice"),
        ((1,), (0,), (0,), "form 1 has 0 events in 0 trials"),
        ((1,), (3,), (2,), "form 1 has 3 events in 2 trials"),
        ((1,), (-1,), (2,), "form 1 has -1 events in 2 trials"),
    ],
)
def test_counts_refuses_what_cannot_be(
    forms: tuple[int, ...], events: tuple[int, ...], trials: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Counts(forms, events, trials)
