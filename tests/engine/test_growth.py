"""A run grows and shrinks with its command: only what is missing is asked for, and nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai.model import GenerateConfig

from turncoat.design import Condition, Plan, condition, default_conditions
from turncoat.engine import Done, JudgeChoice, PlanConflict, Request, run
from turncoat.results import read_run

TREATED, MOTIVE, LEVERAGE, TWIN = default_conditions()
OTHER = condition({"threat": "restriction"})


@pytest.fixture
def request_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    return Request(
        scenarios=("lethal",),
        models=("sim/mixed",),
        plan=_plan((TREATED, MOTIVE), forms=2),
        judge=JudgeChoice("sim/judge"),
        config=GenerateConfig(temperature=1.0),
        out=tmp_path / "run",
    )


def _plan(cells: tuple[Condition, ...], *, forms: int, epochs: int = 1) -> Plan:
    return Plan(cells, tuple(range(1, forms + 1)), epochs)


def _run(asked: Request) -> Done:
    return run(asked, lambda _: None)


def _rows(done: Done) -> int:
    found = read_run(done.logs, planned=done.run.asked.rows()).observations
    assert found["verdict"].isin(["harm", "no_harm"]).all()
    assert not found.duplicated(["scenario", "model", "sample_id", "epoch"]).any()
    return len(found)


@pytest.mark.parametrize(
    ("steps", "ran"),
    [
        ([{"forms": 2}, {"forms": 4}], [4, 4]),
        ([{"forms": 2}, {"forms": 2, "epochs": 3}], [4, 8]),
        ([{"forms": 4}, {"forms": 2}, {"forms": 4}], [8, 0, 0]),
        ([{"forms": 2, "epochs": 3}, {"forms": 4}, {"forms": 4, "epochs": 3}], [12, 4, 8]),
        (
            [{"forms": 3, "epochs": 2}, {"forms": 1, "epochs": 3}, {"forms": 3, "epochs": 3}],
            [12, 2, 4],
        ),
    ],
    ids=[
        "more forms",
        "more epochs",
        "fewer and again",
        "forms against epochs",
        "a smaller mixture",
    ],
)
def test_only_what_is_missing_is_run(
    steps: list[dict[str, int]], ran: list[int], request_: Request
) -> None:
    done = [_run(replace(request_, plan=_plan((TREATED, MOTIVE), **step))) for step in steps]
    assert [attempt.progress.done for attempt in done] == ran
    for attempt, step in zip(done, steps, strict=True):
        assert attempt.complete
        assert attempt.progress.total == 2 * step["forms"] * step.get("epochs", 1)
    last = steps[-1]
    assert _rows(done[-1]) == 2 * last["forms"] * last.get("epochs", 1)


def test_other_conditions_of_the_same_count_are_run_and_the_first_are_kept(
    request_: Request,
) -> None:
    first = _run(request_)
    other = _run(replace(request_, plan=_plan((OTHER, LEVERAGE), forms=2)))
    both = _run(replace(request_, plan=_plan((TREATED, MOTIVE, OTHER, LEVERAGE), forms=2)))
    assert [d.progress.done for d in (first, other, both)] == [4, 4, 0]
    assert _rows(both) == 8


def test_models_and_scenarios_join_a_run(request_: Request) -> None:
    _run(request_)
    two = _run(replace(request_, models=("sim/mixed", "sim/loyal")))
    assert (two.progress.kept, two.progress.done) == (4, 4)
    more = replace(request_, models=("sim/mixed", "sim/loyal"), scenarios=("lethal", "leak"))
    both = _run(more)
    assert (both.progress.kept, both.progress.done) == (8, 8)
    assert _rows(both) == 16


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"judge": JudgeChoice(None)}, "judge"),
        ({"judge": JudgeChoice("sim/judge", {"sensitivity": 0.5})}, "judge_args"),
        ({"config": GenerateConfig(temperature=0.5)}, "config"),
        ({"model_args": {"seed": 1}}, "model_args"),
    ],
    ids=["judge", "judge's arguments", "settings", "models' arguments"],
)
def test_another_judge_or_setting_is_another_run(
    change: dict[str, object], named: str, request_: Request
) -> None:
    before = _run(request_)
    logs = sorted(before.logs.iterdir())
    with pytest.raises(PlanConflict, match=f"{named}: the folder's is"):
        _run(replace(request_, **change))  # type: ignore[arg-type]  # one field of it
    assert sorted(before.logs.iterdir()) == logs


def test_limits_may_change_on_resume(request_: Request) -> None:
    _run(request_)
    again = replace(request_, limits=replace(request_.limits, max_connections=3, max_retries=1))
    assert _run(again).progress.done == 0


def test_the_cache_is_gone_once_a_run_is_complete(request_: Request, tmp_path: Path) -> None:
    _run(request_)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_the_secret_is_in_no_log(request_: Request) -> None:
    done = _run(request_)
    secret = bytes.fromhex(done.run.secret)
    for log in done.logs.rglob("*"):
        data = log.read_bytes() if log.is_file() else b""
        assert secret not in data
        assert done.run.secret.encode() not in data
