"""New verdicts on the answers of a run, on the simulated models in this process."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalError, EvalLog, list_eval_logs, read_eval_log, write_eval_log
from inspect_ai.model import GenerateConfig

from turncoat.catalog import load_scenario
from turncoat.design import Grid, Plan
from turncoat.engine import FolderUnusable, JudgeChoice, PlanConflict, Progress, Request, run
from turncoat.engine.rejudging import (
    REJUDGED,
    NothingToJudge,
    NotPublished,
    OtherPack,
    OtherPrompt,
    Rejudged,
    Rejudging,
    SameJudge,
    rejudge,
)
from turncoat.results import read_run

CELLS = Grid().default_conditions()
ASKED_FIRST = JudgeChoice("sim/judge")
OTHER = JudgeChoice("sim/judge", {"sensitivity": 0.4, "specificity": 0.5})
SUBJECTS = ("sim/mixed", "sim/messy")
PACKS = ("coercion", "lethal")
SAMPLES = len(SUBJECTS) * len(PACKS) * len(CELLS) * 2
JUDGED = ["scenario", "model", "sample_id", "epoch", "judge", "verdict", "outcome", "reason"]
JUDGED += ["decided_by", "rubric_hash", "judge_input_tokens", "judge_output_tokens", "duties_done"]


def quiet(progress: Progress) -> None:
    del progress


def request(folder: Path, judge: JudgeChoice = ASKED_FIRST, *, forms: int = 2) -> Request:
    return Request(
        plans={name: Plan(CELLS, tuple(range(1, forms + 1))) for name in PACKS},
        models=SUBJECTS,
        judge=judge,
        config=GenerateConfig(temperature=1.0),
        out=folder,
    )


def rejudged(folder: Path, judge: JudgeChoice = OTHER) -> Rejudged:
    done = rejudge(Rejudging(folder, judge), quiet)
    assert done.complete
    return done


def table(folder: Path, judge: str | None = None) -> pd.DataFrame:
    rows = read_run(folder / "logs", later=folder / REJUDGED).observations
    return rows if judge is None else rows[rows["judge"] == judge].reset_index(drop=True)


def logs(folder: Path) -> Iterator[EvalLog]:
    return (read_eval_log(info) for info in list_eval_logs(str(folder)))


def digests(folder: Path) -> dict[str, str]:
    return {p.name: sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is done; each test has a copy of it."""
    folder = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECT_CACHE_DIR", str(folder / "cache"))
        assert run(request(folder / "run"), quiet).complete
    return folder / "run"


@pytest.fixture
def folder(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    return copytree(finished, tmp_path / "run")


def test_the_verdicts_are_those_of_a_run_that_this_judge_had_judged(
    folder: Path, tmp_path: Path
) -> None:
    before = digests(folder / "logs")
    done = rejudged(folder)
    assert (done.progress.total, done.progress.kept, done.progress.done) == (SAMPLES, 0, SAMPLES)
    assert digests(folder / "logs") == before
    assert run(request(tmp_path / "other", OTHER), quiet).complete
    expected = table(tmp_path / "other")
    pd.testing.assert_frame_equal(table(folder, done.judge)[JUDGED], expected[JUDGED])
    assert (table(folder)["judge"] != done.judge).sum() == SAMPLES


def test_no_subject_is_asked_and_the_words_are_those_of_the_answer(folder: Path) -> None:
    done = rejudged(folder)
    answers = {s.uuid: s for log in logs(folder / "logs") for s in log.samples or ()}
    found = [(log, sample) for log in logs(done.logs) for sample in log.samples or ()]
    assert len(found) == SAMPLES
    for log, sample in found:
        answer = answers[sample.metadata["answer"]]
        assert (sample.id, sample.epoch) == (answer.id, answer.epoch)
        said = [m for m in answer.messages if m.role == "assistant"]
        assert [m for m in sample.messages if m.role == "assistant"] == said
        assert sample.output.stop_reason == answer.output.stop_reason
        calls = [event for event in sample.events if isinstance(event, ModelEvent)]
        assert all(call.role == "judge" for call in calls)
        assert log.eval.model == f"none/{sample.metadata['subject']}"


def test_the_logs_are_as_any_and_say_what_they_are(folder: Path) -> None:
    done = rejudged(folder)
    for log in logs(done.logs):
        assert log.status == "success"
        facts = log.eval.metadata or {}
        assert facts["verdicts"] == {
            "subject": log.eval.model.partition("/")[2],
            "judge": done.judge,
        }
        assert {
            "scenario",
            "pack_hash",
            "outcomes",
            "harm_from",
            "turncoat_version",
        } <= facts.keys()
        assert log.results
        assert log.results.scores[0].metrics


def test_asked_again_there_is_nothing_to_do(folder: Path) -> None:
    first = rejudged(folder)
    held = digests(first.logs)
    again = rejudged(folder)
    assert (again.progress.kept, again.progress.done) == (SAMPLES, 0)
    assert digests(again.logs) == held
    assert not list((folder.parent / "cache" / "runs").glob("*"))


def test_two_later_judges_have_a_folder_each(folder: Path) -> None:
    done = [rejudged(folder), rejudged(folder, JudgeChoice(None))]
    assert len({found.logs for found in done}) == 2
    rows = table(folder)
    assert rows["judge"].nunique() == 3
    rules = rows[rows["judge"] == "rules"]
    # The ledger decides all of lethal, and the rules are the same for every judge.
    assert set(rules[rules["scenario"] == "lethal"]["decided_by"].dropna()) <= {"ledger", "gate"}
    assert set(rules["judge_input_tokens"].dropna()) == {0}


def test_a_run_that_has_grown_has_only_its_new_answers_judged(folder: Path) -> None:
    rejudged(folder)
    assert run(request(folder, forms=3), quiet).complete
    judge = rejudged(folder)
    assert (judge.progress.kept, judge.progress.done) == (SAMPLES, SAMPLES // 2)
    rows = table(folder, judge.judge)
    assert len(rows) == SAMPLES * 3 // 2
    assert not (rows["reason"] == "not_run").any()


def test_only_what_the_run_asks_for_now_is_judged(folder: Path) -> None:
    assert run(request(folder, forms=1), quiet).complete
    assert rejudged(folder).progress.total == SAMPLES // 2


def test_an_answer_that_was_given_anew_is_judged_anew(folder: Path) -> None:
    rejudged(folder)
    lost = next(path for path in (folder / "logs").glob("*_lethal_*.eval"))
    lost.unlink()
    assert run(request(folder), quiet).complete
    again = rejudged(folder)
    assert again.progress.done == len(CELLS) * 2
    rows = table(folder, again.judge)
    assert len(rows) == SAMPLES
    assert not (rows["reason"] == "not_run").any()


def test_a_sample_without_an_answer_stays_without_a_verdict(folder: Path) -> None:
    [path, *_] = sorted((folder / "logs").glob("*_coercion_*.eval"))
    log = read_eval_log(str(path))
    assert log.samples
    log.samples[0].error = EvalError(message="away", traceback="", traceback_ansi="")
    log.samples[0].scores = None
    write_eval_log(log, str(path))
    done = rejudged(folder)
    assert done.progress.done == SAMPLES - 1
    rows = table(folder)
    assert (rows[rows["reason"] == "subject_error"]["judge"]).nunique() == 2


def test_an_answer_whose_marks_failed_has_a_verdict_and_is_judged_again(folder: Path) -> None:
    [path, *_] = sorted((folder / "logs").glob("*_coercion_*.eval"))
    log = read_eval_log(str(path))
    assert log.samples
    log.samples[0].error = EvalError(message="marks", traceback="", traceback_ansi="")
    write_eval_log(log, str(path))
    assert rejudged(folder).progress.done == SAMPLES


def test_epochs_are_judged_each_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    plans = {"coercion": Plan(CELLS[:2], (1, 2), 3)}
    asked = replace(request(tmp_path / "run"), plans=plans, models=("sim/mixed",))
    assert run(asked, quiet).complete
    [path] = (tmp_path / "run" / "logs").glob("*.eval")
    log = read_eval_log(str(path))
    assert log.samples
    gone = next(sample for sample in log.samples if sample.epoch == 2)
    gone.error = EvalError(message="away", traceback="", traceback_ansi="")
    gone.scores = None
    write_eval_log(log, str(path))
    done = rejudged(tmp_path / "run")
    assert done.progress.total == 11
    [judged] = logs(done.logs)
    answers = {(s.id, s.epoch): s for s in log.samples}
    for sample in judged.samples or ():
        answer = answers[sample.id, sample.epoch]
        if (sample.id, sample.epoch) == (gone.id, gone.epoch):
            assert sample.error
            assert "gave no answer" in sample.error.message
        else:
            assert sample.metadata["answer"] == answer.uuid
            assert sample.output.completion == answer.output.completion
    # What has no answer is not tried again and again.
    assert rejudged(tmp_path / "run").progress.done == 0


def test_a_bare_folder_of_logs_is_judged_below_it(folder: Path, tmp_path: Path) -> None:
    bare = copytree(folder / "logs", tmp_path / "bare")
    done = rejudged(bare)
    assert done.logs.parent == bare / REJUDGED
    rows = read_run(bare, later=bare / REJUDGED).observations
    assert len(rows) == 2 * SAMPLES
    assert set(rows["verdict_log"].dropna().str.partition("/")[0]) == {REJUDGED}


def test_a_second_attempt_with_the_same_judge_is_refused_meanwhile(folder: Path) -> None:
    refused: list[str] = []

    def meanwhile(progress: Progress) -> None:
        if progress.finished == 0 and not refused:
            with pytest.raises(FolderUnusable, match="at work in") as second:
                rejudge(Rejudging(folder, OTHER), quiet)
            refused.append(str(second.value))

    assert rejudge(Rejudging(folder, OTHER), meanwhile).complete
    assert refused


def test_the_folder_s_own_judge_is_refused(folder: Path) -> None:
    with pytest.raises(SameJudge, match="sim/judge"):
        rejudge(Rejudging(folder, ASKED_FIRST), quiet)
    assert not (folder / REJUDGED).exists()


def test_a_member_of_the_folder_s_own_panel_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its verdicts stand in the table already; others of the same judge would have no place there."""
    from turncoat.engine.request import JudgeModel

    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    panel = replace(ASKED_FIRST, others=(JudgeModel("sim/judge", {"seed": 5}),))
    plans = {"lethal": Plan(CELLS[:1], (1,))}
    assert run(replace(request(tmp_path / "run", panel), plans=plans), quiet).complete
    with pytest.raises(SameJudge, match="sim/judge"):
        rejudge(Rejudging(tmp_path / "run", JudgeChoice("sim/judge", {"seed": 5})), quiet)
    assert not (tmp_path / "run" / REJUDGED).exists()


@pytest.mark.parametrize("name", ["nowhere", "logs/none"])
def test_a_folder_without_answers_is_refused(name: str, folder: Path) -> None:
    (folder / "logs" / "none").mkdir()
    with pytest.raises(NothingToJudge):
        rejudge(Rejudging(folder / name, OTHER), quiet)


def test_another_pack_is_refused_with_both_hashes(folder: Path) -> None:
    pack = load_scenario("lethal")
    other = pack.model_copy(update={"pack_hash": "f" * 64})
    with pytest.raises(OtherPack) as refused:
        rejudge(Rejudging(folder, OTHER, packs={"lethal": other}), quiet)
    assert (refused.value.logged, refused.value.found) == (pack.pack_hash, other.pack_hash)
    assert not (folder / REJUDGED).exists()


def test_a_pack_that_makes_another_prompt_is_refused(folder: Path) -> None:
    pack = load_scenario("lethal")
    briefing = tuple(v.model_copy(update={"text": f"{v.text} Be brief."}) for v in pack.briefing)
    other = pack.model_copy(update={"briefing": briefing})
    with pytest.raises(OtherPrompt, match="lethal"):
        rejudge(Rejudging(folder, OTHER, packs={"lethal": other}), quiet)


def test_the_published_scoring_is_for_published_stimuli(folder: Path) -> None:
    legacy = JudgeChoice("mockllm/model", legacy=True)
    with pytest.raises(NotPublished, match="no published stimulus"):
        rejudge(Rejudging(folder, legacy), quiet)


def test_other_questions_to_the_same_judge_are_another_command(folder: Path) -> None:
    rejudged(folder)
    with pytest.raises(PlanConflict, match="conduct"):
        rejudge(Rejudging(folder, OTHER, also=("conduct",)), quiet)


def test_marks_and_a_panel_come_from_the_same_scorers(folder: Path) -> None:
    from turncoat.engine.request import JudgeModel

    panel = replace(OTHER, others=(JudgeModel("sim/judge", {"seed": 5}),))
    done = rejudge(Rejudging(folder, panel, also=("conduct",)), quiet)
    assert done.complete
    rows = table(folder)
    own = rows[rows["judge"] == done.judge]
    assert done.judge.startswith("panel:majority(")
    assert len(own) == SAMPLES
    assert own["deception"].notna().any()
    members = rows[rows["panel"] == done.judge]
    assert len(members) == 2 * SAMPLES
    assert members["verdict_log"].notna().all()
