"""A folder goes on with its own run only."""

from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai.model import GenerateConfig

from turncoat.design import Grid, Plan
from turncoat.engine import (
    FolderUnusable,
    JudgeChoice,
    Limits,
    ModelUnavailable,
    PlanConflict,
    Progress,
    Request,
    RunFile,
    read_run_file,
    run,
)


def shown(progress: Progress) -> None:
    """Nobody looks."""
    del progress


def request(out: Path, **changes: object) -> Request:
    asked = Request(
        plans={"coercion": Plan(Grid().default_conditions(), (1,))},
        models=("sim/mixed",),
        judge=JudgeChoice("sim/judge"),
        config=GenerateConfig(temperature=1.0),
        out=out,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]  # the table of changes is untyped


def logs(out: Path) -> set[str]:
    return {path.name for path in (out / "logs").glob("*.eval")}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    out = tmp_path / "run"
    assert run(request(out), shown).complete
    return out


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (
            {"judge": JudgeChoice("sim/judge", {"sensitivity": 0.5})},
            "judge_args: the folder's is {}, now {'sensitivity': 0.5}",
        ),
        ({"judge": JudgeChoice(None)}, "judge: the folder's is 'sim/judge', now 'rules'"),
        (
            {"config": GenerateConfig(temperature=0.5)},
            "config: the folder's is {'temperature': 1.0}, now {'temperature': 0.5}",
        ),
        ({"model_args": {"seed": 3}}, "model_args: the folder's is {}, now {'seed': 3}"),
    ],
)
def test_another_judge_or_setting_is_another_plan(
    begun: Path, change: dict[str, object], difference: str
) -> None:
    before = logs(begun), read_run_file(begun)
    with pytest.raises(PlanConflict) as refused:
        run(request(begun, **change), shown)
    assert refused.value.differences == (difference,)
    assert (logs(begun), read_run_file(begun)) == before


def test_a_changed_pack_is_another_plan(begun: Path) -> None:
    opened = read_run_file(begun)
    assert opened is not None
    packs = {"coercion": "0" * 64}
    older = opened.model_copy(
        update={"identity": opened.identity.model_copy(update={"packs": packs})}
    )
    (begun / "turncoat.json").write_text(older.model_dump_json(), encoding="utf-8")
    with pytest.raises(PlanConflict, match="pack coercion: the folder's is 000000000000, now "):
        run(request(begun), shown)


def test_limits_are_no_part_of_the_plan(begun: Path) -> None:
    done = run(request(begun, limits=Limits(max_connections=1, max_retries=0)), shown)
    assert (done.progress.kept, done.progress.done, done.progress.tokens) == (4, 0, 0)


def test_restart_moves_the_old_run_aside_and_asks_anew(begun: Path) -> None:
    old = logs(begun)
    done = run(request(begun, judge=JudgeChoice(None), restart=True), shown)
    assert (done.progress.kept, done.progress.done) == (0, 4)
    assert logs(begun.with_name("run.old-1")) == old
    assert not logs(begun) & old
    run(request(begun, restart=True), shown)
    assert logs(begun.with_name("run.old-1")) == old
    assert logs(begun.with_name("run.old-2"))


def test_restart_of_a_folder_without_a_run_only_begins(tmp_path: Path) -> None:
    assert run(request(tmp_path / "new", restart=True), shown).complete
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] != ["new.old-1"]


def test_a_refused_model_leaves_the_old_run_where_it_is(begun: Path) -> None:
    with pytest.raises(ModelUnavailable, match="unknown simulated model sim/nobody"):
        run(request(begun, models=("sim/nobody",), restart=True), shown)
    assert logs(begun)


def test_a_run_file_that_is_none_is_named(begun: Path) -> None:
    (begun / "turncoat.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FolderUnusable, match=r"turncoat\.json cannot be read as a run file"):
        run(request(begun), shown)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "file"
    out.touch()
    with pytest.raises(FolderUnusable, match="cannot be written"):
        run(request(out / "run"), shown)


def test_the_run_file_holds_what_was_asked_last(begun: Path) -> None:
    plans = {"coercion": Plan(Grid().default_conditions()[:2], (1, 2))}
    run(request(begun, plans=plans, models=("sim/loyal",)), shown)
    opened = read_run_file(begun)
    assert isinstance(opened, RunFile)
    assert opened.asked.models == ("sim/loyal",)
    assert opened.asked.plans == plans
