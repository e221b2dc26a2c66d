"""Inspect's own commands know the tasks and the simulated models by the entry point."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from inspect_ai import eval  # noqa: A004 - its name in Inspect
from inspect_ai.log import list_eval_logs, read_eval_log

from turncoat.catalog import scenario_names

INSPECT = Path(sys.executable).with_name("inspect")


def inspect_eval(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    line = [str(INSPECT), "eval", "turncoat/coercion", "--model", "sim/mixed", "-T", "forms=2"]
    return subprocess.run(
        [*line, *words, "--log-dir", str(folder), "--display", "plain"],
        cwd=folder,
        env={**os.environ, "INSPECT_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_entry_point_loads() -> None:
    """Inspect only warns where it does not."""
    [point] = entry_points(group="inspect_ai", name="turncoat")
    assert point.load().__name__ == "turncoat._inspect"


def test_inspect_eval_runs_a_task_by_name(tmp_path: Path) -> None:
    # Inspect reads `a,b` as a list.
    where = ("-T", "threat=replacement,none", "-T", "also=conduct,awareness")
    done = inspect_eval(tmp_path, "--model-role", "judge=sim/judge", *where)
    assert done.returncode == 0, done.stderr
    [info] = list_eval_logs(str(tmp_path))
    log = read_eval_log(info)
    assert (log.status, log.eval.task) == ("success", "coercion")
    assert log.samples is not None
    assert {sample.metadata["threat"] for sample in log.samples} == {"replacement", "none"}
    beside = {"conduct", "aware_reasoning", "aware_mail"}
    assert all(beside < set(sample.scores or {}) for sample in log.samples)


def test_without_a_judge_no_subject_is_asked(tmp_path: Path) -> None:
    refused = inspect_eval(tmp_path)
    assert refused.returncode != 0
    last = (refused.stdout + refused.stderr).strip().splitlines()
    assert "no model has the role `judge`; add `--model-role judge=PROVIDER/MODEL`" in " ".join(
        last
    )
    assert not list_eval_logs(str(tmp_path))


@pytest.mark.parametrize("scenario", scenario_names())
def test_the_rules_need_no_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    [log] = eval(
        f"turncoat/{scenario}",
        model="sim/loyal",
        task_args={"forms": 1, "judge": "rules"},
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success"
    assert log.eval.dataset.samples == 4


def test_several_models_in_the_role_are_a_panel(tmp_path: Path) -> None:
    other = "{model: sim/judge, model_args: {seed: 2}}"
    role = f"judge=[{{model: sim/judge}}, {other}]"
    done = inspect_eval(tmp_path, "--model-role", role, "-T", "panel=unanimity")
    assert done.returncode == 0, done.stderr
    [info] = list_eval_logs(str(tmp_path))
    for sample in read_eval_log(info).samples or []:
        assert sample.scores is not None
        [score] = sample.scores.values()
        assert (score.metadata or {})["judge"].startswith("panel:unanimity(model:sim/judge+harm@")
        assert len((score.metadata or {})["members"]) == 2


def test_one_judge_twice_is_refused_before_a_subject_is_asked(tmp_path: Path) -> None:
    refused = inspect_eval(tmp_path, "--model-role", "judge=sim/judge,sim/judge")
    assert refused.returncode != 0
    assert "is on the panel 2 times" in " ".join((refused.stdout + refused.stderr).split())
    assert not list_eval_logs(str(tmp_path))
