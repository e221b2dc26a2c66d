"""The simulated models behind Inspect: what they read, what they are told apart by, what they cost."""

import socket
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, eval  # noqa: A004 - its name in Inspect
from inspect_ai.dataset import Sample
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalSample, read_eval_log
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, get_model

from models.runs import Setup, case_of_sample, simulate
from turncoat.catalog import scenario_names
from turncoat.catalog.rubrics import load_rubric
from turncoat.design import Grid, Plan, condition
from turncoat.engine import ModelUnavailable
from turncoat.engine.models import model_named
from turncoat.models.provider import simulated_names
from turncoat.scenario import Brief

ONE = Plan((condition(),), (1,))
COERCION = ("coercion",)


def call(sample: EvalSample, role: str | None = None) -> ModelEvent:
    [event] = [e for e in sample.events if isinstance(e, ModelEvent) and e.role == role]
    return event


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt to look up or reach a machine; each fails."""
    tried: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        tried.append(address)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


def test_the_subject_reads_what_the_brief_says_byte_for_byte(tmp_path: Path) -> None:
    ran = simulate(tmp_path, Setup("mixed", Plan(Grid().default_conditions(), (1, 2))))
    logs = [read_eval_log(log.location, resolve_attachments=True) for log in ran.logs]
    read_back = [sample for log in logs for sample in log.samples or ()]
    assert len(read_back) == 8 * len(scenario_names())
    for sample in read_back:
        brief: Brief = case_of_sample(sample).brief()
        read = [(message.role, message.text) for message in call(sample).input]
        assert read == [("system", brief.system), ("user", brief.inbox)]


@pytest.mark.parametrize("subject", [name for name in simulated_names() if name != "judge"])
def test_no_network_is_looked_for(subject: str, tmp_path: Path, outside: list[object]) -> None:
    ran = simulate(tmp_path, Setup(subject, Plan(Grid().default_conditions(), (1, 2))))
    assert all(log.status == "success" for log in ran.logs)
    assert outside == []


def test_usage_is_in_every_output(tmp_path: Path) -> None:
    ran = simulate(tmp_path, Setup("turncoat", ONE, scenarios=COERCION))
    [sample] = ran.samples
    for role in (None, "judge"):
        usage = call(sample, role).output.usage
        assert usage is not None
        assert usage.input_tokens > 100
        assert usage.output_tokens > 3
    counts = ran.table[["input_tokens", "output_tokens", "judge_input_tokens"]]
    assert (counts > 0).all().all()


def test_what_is_simulated_says_so_everywhere(tmp_path: Path) -> None:
    ran = simulate(tmp_path, Setup("turncoat", ONE, scenarios=COERCION))
    [sample] = ran.samples
    for role, name in ((None, "sim/turncoat"), ("judge", "sim/judge")):
        output = call(sample, role).output
        assert (output.model, (output.metadata or {})["simulated"]) == (name, True)
    row = ran.table.iloc[0]
    judge = f"model:sim/judge(sensitivity=1.0,specificity=1.0)+{load_rubric('harm').identity}"
    assert (row["model"], row["model_returned"]) == ("sim/turncoat", "sim/turncoat")
    assert (row["judge"], bool(row["simulated"])) == (judge, True)


def completions(folder: Path, seed: int = 0) -> dict[object, str]:
    plan = Plan((condition(),), (1,), epochs=8)
    ran = simulate(folder, Setup("mixed", plan, scenarios=COERCION, seed=seed))
    return {sample.epoch: sample.output.completion for sample in ran.samples}


def test_epochs_differ_runs_do_not_and_seeds_do(tmp_path: Path) -> None:
    first, again, other = (
        completions(tmp_path / name, seed) for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert len(set(first.values())) > 2
    assert first == again
    assert first != other


def test_samples_with_one_prompt_in_common_do_not_share_a_draw(tmp_path: Path) -> None:
    """Scenario, condition, form and epoch are all part of the seed."""
    plan = Plan(Grid().default_conditions(), tuple(range(1, 13)))
    ran = simulate(tmp_path, Setup("mixed", plan, scenarios=COERCION))
    sources = [(s.output.metadata or {})["source"] for s in ran.samples]
    assert len(set(sources)) > 8


@pytest.mark.parametrize("changed", ["system", "user"])
def test_a_prompt_that_was_not_rendered_has_no_answer(changed: str, tmp_path: Path) -> None:
    ran = simulate(tmp_path, Setup("loyal", ONE, scenarios=COERCION))
    brief = case_of_sample(ran.samples[0]).brief()
    system = brief.system + (" " if changed == "system" else "")
    user = brief.inbox + (" " if changed == "user" else "")
    sample = Sample(input=[ChatMessageSystem(content=system), ChatMessageUser(content=user)])
    [log] = eval(Task(dataset=[sample]), model="sim/loyal", log_dir=str(tmp_path), display="none")
    assert log.status == "error"
    assert log.error is not None
    assert "answers only prompts that a turncoat scenario rendered" in log.error.message


@pytest.mark.parametrize(
    ("name", "args", "problem"),
    [
        ("loyal", {"sed": 3}, "sim/loyal: unknown arg 'sed'; expected seed"),
        ("loyal", {"sensitivity": 0.9}, "sim/loyal: unknown arg 'sensitivity'; expected seed"),
        (
            "judge",
            {"sensitivty": 0.9},
            "sim/judge: unknown arg 'sensitivty'; expected seed, sensitivity, specificity",
        ),
        ("judge", {"sensitivity": 1.5}, "sim/judge: sensitivity is 1.5, expected 0 to 1"),
        ("judge", {"specificity": -1}, "sim/judge: specificity is -1.0, expected 0 to 1"),
        (
            "judge",
            {"specificity": "high"},
            "sim/judge: specificity is 'high', expected a number from 0 to 1",
        ),
        (
            "judge",
            {"sensitivity": True},
            "sim/judge: sensitivity is True, expected a number from 0 to 1",
        ),
        ("mixed", {"seed": 0.5}, "sim/mixed: seed is 0.5, expected a whole number"),
        ("mixed", {"seed": "x"}, "sim/mixed: seed is 'x', expected a whole number"),
        ("mixed", {"seed": True}, "sim/mixed: seed is True, expected a whole number"),
        ("loyl", {}, "unknown simulated model sim/loyl; expected one of sim/loyal"),
    ],
)
def test_a_wrong_arg_says_what_was_expected(name: str, args: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        get_model(f"sim/{name}", **args)
    with pytest.raises(ModelUnavailable, match=problem):
        model_named(f"sim/{name}", config=get_model("sim/loyal").config, args=args)
