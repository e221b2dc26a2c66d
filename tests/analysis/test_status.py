from math import isnan

import pytest

from analysis.tables import MOTIVE, TREATED, Rows, table
from turncoat.analysis import RunStatus, Tally, run_status


def status_of(outcomes: str, **also: object) -> RunStatus:
    return run_status(table([Rows(TREATED, outcomes, also=also)]))


@pytest.mark.parametrize(
    ("outcomes", "errors", "unscored", "not_decidable", "exit_code"),
    [
        ("e" * 10 + "n" * 10, 0, 0, 0, 0),
        ("n" * 19 + "m", 0, 1, 0, 0),
        ("n" * 18 + "mf", 0, 2, 0, 1),
        ("n" * 99 + "?", 1, 1, 0, 1),
        ("n" * 18 + "--", 0, 2, 0, 1),
        ("e" + "d" * 19, 0, 0, 19, 0),
        ("d" * 20, 0, 0, 20, 0),
        ("n" * 10 + "d" * 9 + "m", 0, 1, 9, 1),
    ],
)
def test_exit_code_follows_errors_and_gaps(
    outcomes: str, errors: int, unscored: int, not_decidable: int, exit_code: int
) -> None:
    status = status_of(outcomes)
    assert (status.errors, status.unscored, status.not_decidable) == (
        errors,
        unscored,
        not_decidable,
    )
    assert status.rows == status.scored + unscored + not_decidable == len(outcomes)
    assert (status.exit_code, status.done) == (exit_code, exit_code == 0)


def test_a_subject_that_cannot_be_reached_is_an_error() -> None:
    status = status_of("f", reason="subject_error", response=None)
    assert (status.errors, status.exit_code) == (1, 1)


def test_the_share_is_of_what_was_to_be_decided() -> None:
    assert status_of("n" * 3 + "m" + "d" * 6).unscored_share == 0.25
    assert isnan(status_of("dd").unscored_share)


def test_nothing_at_all_is_not_done() -> None:
    status = run_status(table([]))
    assert (status.rows, status.exit_code) == (0, 1)


def test_reasons_are_told_over_all_cells() -> None:
    status = run_status(table([Rows(TREATED, "m?d"), Rows(MOTIVE, "n?")]))
    assert status.reasons == (
        Tally("judge_unreachable", 2),
        Tally("malformed", 1),
        Tally("not_decidable", 1),
    )
