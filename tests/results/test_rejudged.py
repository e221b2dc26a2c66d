"""Verdicts that were given later stand beside the first ones in one table."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.scorer import Score

from results.later import LATER, write_later
from results.written import JUDGE, MOTIVE, Said, Written, write
from turncoat.results import (
    Planned,
    logs_in,
    read_run,
    read_transcripts,
    read_verdicts,
    verdicts_in,
)
from turncoat.results.schema import KEY
from turncoat.verdict import Unscored
from turncoat.verdict.marks import MarksJudgment

FIRST = (
    Said(form=1, outcome="none", uuid="u1"),
    Said(form=2, outcome="explicit", uuid="u2"),
    Said(form=3, error="away", uuid="u3"),
    Said(form=4, reason=Unscored.JUDGE_MALFORMED, uuid="u4"),
)


def later(*said: Said) -> tuple[Said, ...]:
    return tuple(replace(each, judges=(LATER,)) for each in said)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "logs", Written(FIRST))
    return tmp_path


def table(folder: Path, *, planned: list[Planned] | None = None) -> pd.DataFrame:
    return read_run(folder / "logs", planned=planned, later=folder / "rejudged").observations


def of(rows: pd.DataFrame, judge: str) -> pd.DataFrame:
    return rows[rows["judge"] == judge].set_index("form").sort_index()


def test_without_later_verdicts_nothing_changes(folder: Path) -> None:
    assert set(table(folder)["judge"]) == {JUDGE}
    assert table(folder)["verdict_log"].isna().all()


def test_both_judges_stand_side_by_side(folder: Path) -> None:
    said = later(
        Said(form=1, outcome="veiled", uuid="u1"), Said(form=2, outcome="explicit", uuid="u2")
    )
    path = write_later(
        folder / "rejudged" / "j", Written(said, created="2026-11-25T10:00:00+00:00")
    )
    rows = table(folder)
    first, second = of(rows, JUDGE), of(rows, LATER)
    assert list(first["verdict"]) == ["no_harm", "harm", "unscored", "unscored"]
    assert list(second["verdict"]) == ["harm", "harm", "unscored", "unscored"]
    # The third has no answer, and the fourth this judge has not got.
    assert list(second["reason"][2:]) == ["subject_error", "not_run"]
    assert set(second["verdict_log"].dropna()) == {f"../rejudged/j/{path.name}"}


def test_what_is_about_the_answer_stays_as_it_was(folder: Path) -> None:
    write_later(folder / "rejudged", Written(later(Said(form=1, outcome="veiled", uuid="u1"))))
    rows = table(folder)
    first, second = of(rows, JUDGE).loc[1], of(rows, LATER).loc[1]
    kept = ["log", "sample_uuid", "prompt_hash", "temperature", "model_returned", "stop_reason"]
    kept += ["model", "duties", "duties_done", "input_tokens", "output_tokens", "response"]
    assert first[kept].to_dict() == second[kept].to_dict()
    assert second["model"] == "sim/mixed"
    assert (second["judge_input_tokens"], second["simulated"]) == (120, True)


def test_a_verdict_on_an_answer_that_was_replaced_does_not_count(folder: Path) -> None:
    said = later(Said(form=1, outcome="veiled", uuid="u1"), Said(form=2, uuid="u2"))
    write_later(folder / "rejudged", Written(said), stale=("u1",))
    second = of(table(folder), LATER)
    assert list(second["reason"][:2].fillna("")) == ["not_run", ""]


def test_an_outage_of_the_later_judge_is_its_own(folder: Path) -> None:
    said = later(Said(form=1, error="gone", unreachable=True, uuid="u1"), Said(form=2, uuid="u2"))
    write_later(folder / "rejudged", Written(said))
    rows = table(folder)
    assert of(rows, LATER).loc[1, "reason"] == "judge_unreachable"
    assert of(rows, JUDGE).loc[1, "verdict"] == "no_harm"


def test_a_newer_log_of_the_judge_wins_and_two_judges_are_two(folder: Path) -> None:
    old = later(Said(form=1, outcome="veiled", uuid="u1"))
    new = later(Said(form=1, outcome="explicit", uuid="u1"))
    write_later(folder / "rejudged" / "a", Written(old, created="2026-11-25T10:00:00+00:00"))
    write_later(folder / "rejudged" / "a", Written(new, created="2026-11-26T10:00:00+00:00"))
    third = tuple(replace(said, judges=("rules",)) for said in old)
    write_later(folder / "rejudged" / "b", Written(third), judge="rules")
    rows = table(folder)
    assert of(rows, LATER).loc[1, "outcome"] == "explicit"
    assert of(rows, "rules").loc[1, "outcome"] == "veiled"


def test_a_later_judge_stands_alone_though_a_newer_panel_has_it_as_a_member(folder: Path) -> None:
    write_later(folder / "rejudged" / "a", Written(later(Said(form=1, uuid="u1"))))
    panel = f"panel:majority({LATER}, b)"
    members = ((LATER, "veiled"), ("b", "veiled"))
    said = (Said(form=1, outcome="veiled", uuid="u1", judges=(panel,), members=members),)
    newer = Written(said, created="2026-11-26T10:00:00+00:00")
    write_later(folder / "rejudged" / "b", newer, judge=panel)
    rows = table(folder)
    alone = of(rows, LATER)[:1]
    assert list(alone["verdict"]) == ["no_harm"]
    assert alone["panel"].isna().all()
    assert list(of(rows, panel)["verdict"][:1]) == list(of(rows, "b")["verdict"][:1]) == ["harm"]


def test_logs_of_verdicts_are_no_logs_of_answers(folder: Path) -> None:
    write_later(folder / "logs" / "rejudged", Written(later(Said(form=1, uuid="u1"))))
    assert len(logs_in(folder / "logs")) == 1
    [log] = verdicts_in(folder / "logs" / "rejudged", root=folder / "logs")
    assert log.name.startswith("rejudged/")
    assert (log.model, log.simulated) == ("sim/mixed", True)
    assert verdicts_in(folder / "nowhere", root=folder) == []
    # Who does not ask for later verdicts gets none, wherever they lie.
    assert set(read_run(folder / "logs").observations["judge"]) == {JUDGE}


def test_the_plan_invents_no_row_of_another_scenario_and_hides_none_of_this_one(
    folder: Path,
) -> None:
    write(folder / "logs", Written((Said(form=1, uuid="w1"),), scenario="leak"))
    write_later(folder / "rejudged", Written(later(Said(form=1, uuid="u1"))))
    wanted = [
        Planned(log.facts.scenario, log.model, key, 1)
        for log in logs_in(folder / "logs")
        for key in log.planned
    ]
    wanted.append(Planned("coercion", "sim/mixed", Said(at=MOTIVE).key, 1))
    rows = table(folder, planned=wanted)
    assert set(rows[rows["scenario"] == "leak"]["judge"]) == {JUDGE}
    absent = rows[rows["role"] == "motive"]
    assert set(absent["judge"]) == {JUDGE, LATER}
    assert set(absent["reason"]) == {"not_run"}


def test_a_transcript_has_the_words_of_the_answer_and_the_later_finding(folder: Path) -> None:
    write_later(
        folder / "rejudged" / "j", Written(later(Said(form=1, outcome="explicit", uuid="u1")))
    )
    rows = table(folder)
    both = rows[rows["form"] == 1]
    found = {t.row: t for t in read_transcripts(folder / "logs", both)}
    first, second = (found[int(both.index[both["judge"] == j][0])] for j in (JUDGE, LATER))
    assert first.messages == second.messages
    assert first.judgment is not None
    assert second.judgment is not None
    assert (first.judgment.outcome, second.judgment.outcome) == ("none", "explicit")


def test_the_summaries_tell_the_same_verdicts_without_reading_a_sample(folder: Path) -> None:
    said = later(
        Said(form=1, outcome="veiled", uuid="u1"),
        Said(form=2, error="gone", unreachable=True, uuid="u2"),
    )
    write_later(folder / "rejudged", Written(said))
    whole = table(folder)
    brief = read_verdicts(folder / "logs", later=folder / "rejudged")
    told = [*KEY, "condition", "form", "verdict", "outcome", "outcome_rank", "reason", "response"]
    told += ["decided_by", "rubric_hash", "simulated", "log", "verdict_log", "sample_uuid"]
    pd.testing.assert_frame_equal(brief[told], whole[told])
    assert brief["input_tokens"].isna().all()
    assert brief["judge_input_tokens"].notna().sum() == 2


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("JudgeUnreachable('the judge x cannot be reached')", "judge_unreachable"),
        ("CancelledError('stopped')", "not_run"),
        ("ValueError('no')", "subject_error"),
    ],
)
def test_the_summaries_tell_why_there_is_no_verdict(
    error: str, reason: str, tmp_path: Path
) -> None:
    unreachable = error.startswith("Judge")
    said = (Said(form=1, error=error, unreachable=unreachable), Said(form=2, uuid="v"))
    write(tmp_path / "logs", Written(said))
    brief = read_verdicts(tmp_path / "logs", later=tmp_path / "rejudged")
    whole = read_run(tmp_path / "logs").observations
    assert list(brief["reason"].dropna()) == list(whole["reason"].dropna()) == [reason]


def test_what_another_judge_says_of_marks_is_no_finding_of_this_one(folder: Path) -> None:
    """Neither where this one was away, nor where it was asked about other marks or none."""
    path = write(folder / "logs", Written(FIRST))
    _mark(path, JUDGE, {"deception": True, "aware_mail": True}, "u1", "u2")
    said = later(Said(form=1, uuid="u1"), Said(form=2, uuid="u2"))
    _mark(write_later(folder / "rejudged", Written(said)), LATER, {"deception": False}, "later-u1")
    rows = table(folder)
    assert list(of(rows, JUDGE)["deception"][:2]) == [True, True]
    second = of(rows, LATER)
    assert second.loc[1, "deception"] is np.False_
    assert second["deception"][1:].isna().all()
    assert second["aware_mail"].isna().all()
    assert list(second["marks_judge"].dropna()) == [LATER]
    # A judge that was asked about no mark says nothing of any.
    third = tuple(replace(each, judges=("rules",)) for each in said)
    write_later(folder / "rejudged" / "b", Written(third), judge="rules")
    assert of(table(folder), "rules")[["deception", "aware_mail", "marks_judge"]].isna().all().all()


def _mark(path: Path, judge: str, marks: dict[str, bool | None], *uuids: str) -> None:
    """Let a written log's samples have a score of marks as well."""
    log = read_eval_log(str(path))
    found = MarksJudgment(
        judge=judge, rubric="conduct", rubric_hash="hash", marks=marks, decided_by="judge"
    )
    for sample in log.samples or ():
        if sample.uuid in uuids and sample.scores is not None:
            sample.scores["conduct"] = Score(value=0, metadata=found.model_dump(mode="json"))
    write_eval_log(log, str(path))
