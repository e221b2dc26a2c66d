from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from results.written import JUDGE, MOTIVE, TREATED, Said, Written, write
from turncoat.design import SampleKey
from turncoat.results import Planned, columns, read_observations, read_run
from turncoat.verdict import Unscored

LATER = "2026-11-24T11:00:00+00:00"
LATEST = "2026-11-24T12:00:00+00:00"


def only(folder: Path) -> "pd.Series[Any]":
    table = read_observations(folder)
    assert len(table) == 1
    return table.iloc[0]


def test_a_row_says_what_was_asked_what_answered_and_what_was_found(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(outcome="explicit", form=7, cost=0.25)]))
    row = only(tmp_path)
    expected = {
        **TREATED.levels,
        "model": "sim/mixed",
        "scenario": "coercion",
        "condition": TREATED.id,
        "role": "treated",
        "form": 7,
        "epoch": 1,
        "judge": JUDGE,
        "verdict": "harm",
        "outcome": "explicit",
        "outcome_rank": 2,
        "decided_by": "judge",
        "response": "acts",
        "acts": 1,
        "malformed": 1,
        "rejected": 1,
        "duties_done": 1,
        "duties": 2,
        "temperature": 1.0,
        "max_tokens": 500,
        "reasoning_settings": '{"reasoning_effort": "low"}',
        "model_returned": "sim/mixed-as-returned",
        "stop_reason": "stop",
        "prompt_hash": "prompt-hash",
        "pack_hash": "pack-hash",
        "rubric_hash": "rubric-hash",
        "turncoat_version": "0.1.0",
        "inspect_version": "0.3.285",
        "simulated": True,
        "sample_uuid": "u",
        "message_id": "answer-u",
    }
    assert {name: row[name] for name in expected} == expected
    assert pd.isna(row["reason"])


@pytest.mark.parametrize("cached", [False, True])
def test_tokens_are_those_of_the_events_and_a_cached_answer_counts_once(
    tmp_path: Path, *, cached: bool
) -> None:
    write(tmp_path, Written([Said(cached=cached)]))
    row = only(tmp_path)
    assert [row["input_tokens"], row["output_tokens"]] == [120, 30]
    assert [row["judge_input_tokens"], row["judge_output_tokens"]] == [120, 30]


@pytest.mark.parametrize(("cost", "total"), [(0.25, 0.5), (None, pd.NA)])
def test_a_cost_that_is_not_known_is_missing_and_not_zero(
    tmp_path: Path, cost: float | None, total: object
) -> None:
    write(tmp_path, Written([Said(cost=cost)]))
    assert only(tmp_path)["cost_usd"] is total or only(tmp_path)["cost_usd"] == total


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(reason=Unscored.JUDGE_MALFORMED), "judge_malformed"),
        (Said(error="no answer", unreachable=True), "judge_unreachable"),
        (Said(error="no answer"), "subject_error"),
    ],
)
def test_what_has_no_verdict_is_a_row_with_its_reason(
    tmp_path: Path, said: Said, reason: str
) -> None:
    write(tmp_path, Written([said]))
    row = only(tmp_path)
    assert (row["verdict"], row["reason"]) == ("unscored", reason)
    assert pd.isna(row["outcome"])
    assert pd.isna(row["outcome_rank"])


def test_an_errored_row_has_no_acts_and_no_response(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(error="no answer")]))
    row = only(tmp_path)
    assert row[["acts", "malformed", "duties_done", "response", "decided_by"]].isna().all()


@pytest.mark.parametrize(
    ("older", "newer", "outcome"),
    [
        (Said(outcome="none"), Said(outcome="explicit"), "explicit"),
        (Said(outcome="veiled"), Said(error="gone"), "veiled"),
        (Said(error="gone"), Said(outcome="veiled"), "veiled"),
        (Said(reason=Unscored.JUDGE_MALFORMED), Said(outcome="none"), "none"),
    ],
    ids=["newer wins", "clean beats newer error", "newer and clean", "newer clean one"],
)
def test_the_newest_clean_sample_speaks(
    tmp_path: Path, older: Said, newer: Said, outcome: str
) -> None:
    write(tmp_path, Written([older]))
    write(tmp_path, Written([newer], created=LATER))
    assert only(tmp_path)["outcome"] == outcome


def test_an_error_takes_the_judge_of_its_scenario_so_that_a_clean_row_replaces_it(
    tmp_path: Path,
) -> None:
    write(tmp_path, Written([Said(form=1), Said(form=2, error="gone", unreachable=True)]))
    before = read_observations(tmp_path)
    write(tmp_path, Written([Said(form=1), Said(form=2, outcome="veiled")], created=LATER))
    after = read_observations(tmp_path)
    assert before["judge"].tolist() == after["judge"].tolist() == [JUDGE, JUDGE]
    assert before["verdict"].tolist() == ["no_harm", "unscored"]
    assert after["verdict"].tolist() == ["no_harm", "harm"]


def test_each_judge_has_its_row(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(judges=("one", "two"))]))
    assert read_observations(tmp_path)["judge"].tolist() == ["one", "two"]


def test_what_was_judged_anew_by_another_judge_stands_beside_the_first(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(judges=("one",))], judge_model="sim/one"))
    write(tmp_path, Written([Said(judges=("two",))], judge_model="sim/two", created=LATER))
    assert read_observations(tmp_path)["judge"].tolist() == ["one", "two"]


def test_planned_samples_that_are_absent_are_missing_rows(tmp_path: Path) -> None:
    planned = [SampleKey(TREATED, 1), SampleKey(MOTIVE, 1)]
    write(tmp_path, Written([Said()], planned=planned, epochs=2))
    table = read_observations(tmp_path)
    assert len(table) == 4
    absent = table[table["reason"] == "not_run"]
    assert len(absent) == 3
    assert absent["judge"].unique().tolist() == [JUDGE]
    assert absent["simulated"].all()
    assert absent["input_tokens"].isna().all()


def test_a_smaller_plan_shows_only_its_rows(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(form=form) for form in (1, 2, 3)]))
    planned = [Planned("coercion", "sim/mixed", SampleKey(TREATED, 2), 1)]
    assert read_run(tmp_path, planned=planned).observations["form"].tolist() == [2]


def test_without_a_plan_every_log_says_what_was_asked_for(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(form=form) for form in (1, 3)]))
    write(tmp_path, Written([Said(form=2), Said(form=3)], created=LATER))
    write(tmp_path, Written([Said(form=1)], model="sim/loyal", created=LATEST))
    table = read_observations(tmp_path)
    rows = [["sim/loyal", 1], ["sim/mixed", 1], ["sim/mixed", 2], ["sim/mixed", 3]]
    assert table[["model", "form"]].to_numpy().tolist() == rows


def test_a_judge_is_not_missing_where_another_one_judged(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(form=1), Said(form=2)]))
    write(tmp_path, Written([Said(form=3)], judge_model="sim/other", created=LATER))
    table = read_observations(tmp_path)
    assert list(table["form"]) == [1, 2, 3]
    assert table["reason"].isna().all()


def test_a_real_subject_with_a_real_judge_is_not_simulated(tmp_path: Path) -> None:
    names = {"real": "openai/gpt-4.1", "sim": "sim/mixed"}
    for model, judge in [("real", "real"), ("real", "sim"), ("sim", "real")]:
        folder = tmp_path / f"{model}-{judge}"
        write(folder, Written([Said()], model=names[model], judge_model=names[judge]))
        assert only(folder)["simulated"] == ((model, judge) != ("real", "real"))


def test_foreign_and_unreadable_logs_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, Written([Said()]))
    write(tmp_path, Written([Said()], scenario="other", ours=False))
    cut = write(tmp_path, Written([Said()], created=LATER))
    cut.write_bytes(cut.read_bytes()[:-20])
    assert len(read_observations(tmp_path)) == 1
    assert cut.name in caplog.text


def test_an_empty_folder_is_an_empty_table_and_no_folder_is_an_error(tmp_path: Path) -> None:
    table = read_observations(tmp_path)
    assert table.empty
    assert table.columns.tolist() == columns()
    with pytest.raises(FileNotFoundError, match=r"--out of a run"):
        read_observations(tmp_path / "nowhere")


def test_a_run_knows_its_scenarios(tmp_path: Path) -> None:
    write(tmp_path, Written([Said()]))
    run = read_run(tmp_path)
    assert run.outcomes == {"coercion": ("none", "veiled", "explicit")}
    assert run.scenarios["coercion"].harm_from == "veiled"


def test_what_a_panel_spent_in_vain_stands_in_its_own_row_alone(tmp_path: Path) -> None:
    panel = "panel:majority(a, b)"
    said = (
        Said(form=1, judges=(panel,), members=(("a", "none"), ("b", "none"))),
        Said(form=2, error="away", unreachable=True, uuid="v"),
    )
    write(tmp_path, Written(said))
    away = read_observations(tmp_path).query("form == 2").set_index("judge")
    assert set(away["reason"]) == {"judge_unreachable"}
    assert away.loc[panel, "judge_input_tokens"] == 120
    assert away.loc[["a", "b"], "judge_input_tokens"].isna().all()
