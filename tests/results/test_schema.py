import re

import pytest

from turncoat.design import condition
from turncoat.results import ObservationsError, check, observations

ROW: dict[str, object] = {
    **condition().levels,
    "model": "m",
    "scenario": "coercion",
    "condition": condition().id,
    "role": "treated",
    "form": 1,
    "epoch": 1,
    "judge": "rules",
    "verdict": "harm",
    "outcome": "explicit",
    "outcome_rank": 2,
    "simulated": True,
    "sample_id": "s",
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"verdict": "yes"},
            "verdict: got 'yes' (rows 0), expected one of harm, no_harm, unscored",
        ),
        ({"goal": "vague"}, "goal: got 'vague' (rows 0), expected one of explicit, latent"),
        ({"scenario": None}, "scenario: got nan (rows 0), expected a value"),
        ({"acts": -1}, "acts: got -1 (rows 0), expected 0 or more"),
        ({"reason": "empty"}, "an unscored row has a reason, and no other row has one (rows 0)"),
        ({"outcome": None}, "a scored row has an outcome, and no other row has one (rows 0)"),
        ({"reason": "tired", "verdict": "unscored"}, "reason: got 'tired'"),
    ],
)
def test_a_row_that_is_none_is_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(ObservationsError, match=re.escape(message)):
        observations([{**ROW, **change}])


def test_a_key_stands_once() -> None:
    with pytest.raises(ObservationsError, match=r"sample_id, epoch, judge once \(rows 0, 1\)"):
        observations([ROW, ROW])


def test_columns_are_all_there_and_no_others_in_their_order_and_types() -> None:
    table = observations([ROW])
    cases = {
        "'acts', expected this column, which is missing": table.drop(columns="acts"),
        "'mood', expected no such column": table.assign(mood=1),
        "acts: got 'float64'": table.astype({"acts": "float64"}),
        "expected the columns in their order": table[table.columns[::-1]],
    }
    for message, broken in cases.items():
        with pytest.raises(ObservationsError, match=re.escape(message)):
            check(broken)


def test_an_unknown_number_is_missing_and_not_zero() -> None:
    table = observations([ROW])
    assert table["input_tokens"].isna().all()
    assert table["cost_usd"].isna().all()


def test_the_order_of_the_rows_given_does_not_matter() -> None:
    rows = [{**ROW, "sample_id": name} for name in "cab"]
    assert observations(rows).equals(observations(rows[::-1]))
