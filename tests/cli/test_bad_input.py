"""A user's mistakes: each has its own message and exit code 2, and nothing is spent or written."""

import os
import shutil
from pathlib import Path

import pytest
from inspect_ai.model import GenerateConfig

from cli.console import Console
from turncoat.catalog import PackError, load_pack, scenario_folder, scenario_names
from turncoat.cli.arguments import broken
from turncoat.cli.errors import PROVIDERS
from turncoat.engine.models import ModelUnavailable, model_named

RUN = ("run", "leak", "--model", "sim/loyal", "--judge", "rules", "--forms", "1")

MISTAKES = {
    "no such command": (("rnu", "leak"), ["unknown command", "did you mean run?"]),
    "no such scenario": (
        ("run", "leek", "--model", "sim/loyal", "--judge", "rules"),
        ["unknown scenario", "leek", "did you mean leak?", ", ".join(scenario_names())],
    ),
    "no such scenario to show": (("scenario", "show", "lethl"), ["did you mean lethal"]),
    "no such scenario to plan": (("plan", "coersion"), ["did you mean coercion"]),
    "no such provider": (
        ("run", "leak", "--model", "foo/bar", "--judge", "rules"),
        [
            "model foo/bar cannot be used",
            "not recognized",
            "PROVIDER/MODEL",
            "use one of anthropic",
        ],
    ),
    "a misspelled provider": (
        ("run", "leak", "--model", "anthropc/x", "--judge", "rules"),
        ["model anthropc/x", "did you mean anthropic?"],
    ),
    "no provider": (
        ("run", "leak", "--model", "gpt", "--judge", "rules"),
        ["model gpt", "e.g. openai/gpt"],
    ),
    "no such simulated model": (
        ("run", "leak", "--model", "sim/loyl", "--judge", "rules"),
        ["sim/loyl", "did you mean sim/loyal"],
    ),
    "no such judge": (("run", "leak", "--model", "sim/loyal", "--judge", "nobody/x"), ["nobody/x"]),
    "a judge as a subject": (
        ("run", "leak", "--model", "sim/judge", "--judge", "rules"),
        ["sim/judge", "no subject"],
    ),
    "a subject as a judge": (
        ("run", "leak", "--model", "sim/loyal", "--judge", "sim/mixed"),
        ["sim/mixed", "no judge"],
    ),
    "no judge": (("run", "leak", "--model", "sim/loyal"), ["no judge is named", "--judge rules"]),
    "no model": (("run", "leak", "--judge", "rules"), ["no subject is named", "--model sim/mixed"]),
    "no scenario": (
        ("run", "--model", "sim/loyal", "--judge", "rules"),
        [", ".join(scenario_names())],
    ),
    "no such scenario command": (("scenario", "lsit"), ["unknown command", "did you mean list"]),
    "a provider's package is missing": (
        ("run", "leak", "--model", "mistral/large", "--judge", "rules"),
        ["mistral/large", "next:     install the provider's package: pip install mistralai"],
    ),
    "a key is missing": (
        ("run", "leak", "--model", "openai/gpt-4.1", "--judge", "rules"),
        ["openai/gpt-4.1", "next:     set the key, e.g. export OPENAI_API_KEY=..."],
    ),
    "no such factor": (
        (*RUN, "--where", "thread=none"),
        ["unknown factor", "did you mean threat?"],
    ),
    "no such level": (
        (*RUN, "--where", "threat=replacment"),
        ["unknown level of factor threat", "did you mean replacement"],
    ),
    "a selection that is none": ((*RUN, "--where", "threat"), ["FACTOR=LEVEL"]),
    "a selection that leaves nothing": (
        (*RUN, "--where", "leverage=absent", "--where", "twin=benign"),
        ["zero samples", "without leverage"],
    ),
    "zero forms": ((*RUN, "--forms", "0"), ["zero samples: --forms", "at least 1"]),
    "zero epochs": ((*RUN, "--epochs", "0"), ["zero samples: --epochs", "got:      0"]),
    "a number that is none": ((*RUN, "--forms", "many"), ["many"]),
    "an argument that is none": ((*RUN, "-M", "seed"), ["argument -M", "NAME=VALUE", "seed=3"]),
    "an argument without a name": ((*RUN, "-M", "=3"), ["argument -M", "=3"]),
    "a seed that is none": ((*RUN, "-M", "seed=x"), ["seed is 'x'", "whole number", "-M"]),
    "an unknown argument": ((*RUN, "-M", "sede=3"), ["unknown arg 'sede'", "-M"]),
    "a temperature that is none": ((*RUN, "--temperature", "-1"), ["--temperature", "x>=0"]),
    "a token limit that is none": ((*RUN, "--max-tokens", "0"), ["--max-tokens", "x>=1"]),
    "no retries below none": ((*RUN, "--max-retries", "-1"), ["--max-retries", "x>=0"]),
    "arguments for a judge that is no model": ((*RUN, "-J", "seed=1"), ["-J"]),
    "an accuracy that is none": (
        ("run", "leak", "--model", "sim/loyal", "--judge", "sim/judge", "-J", "sensitivity=7"),
        ["sim/judge", "sensitivity is 7"],
    ),
    "a preview of several conditions": (
        ("scenario", "preview", "leak", "--where", "threat=none,replacement"),
        ["one condition"],
    ),
    "a form that is none": (("scenario", "preview", "leak", "--form", "0"), ["--form", "x>=1"]),
    "results of nothing": (("results", "nowhere"), ["nowhere holds no run"]),
    "a report of nothing": (("report", "nowhere"), ["nowhere holds no run"]),
    "a transcripts file that is missing": (
        ("score", "nowhere.jsonl", "--scenario", "leak"),
        ["nowhere.jsonl cannot be read"],
    ),
    "transcripts for no such scenario": (
        ("score", "nowhere.jsonl", "--scenario", "lethl"),
        ["unknown scenario", "did you mean lethal"],
    ),
    "lint of nothing": (("scenario", "lint"), ["no pack is named", "--all"]),
    "lint of no such pack": (("scenario", "lint", "leek"), ["did you mean leak?"]),
    "lint of no such folder": (("scenario", "lint", "--folder", "nowhere"), ["nowhere"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_and_nothing_is_written(
    name: str, turncoat: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    words, said = MISTAKES[name]
    ended = turncoat(*words)
    assert ended.code == 2
    assert ended.out == ""
    assert [part for part in said if part not in ended.err] == []
    assert "Traceback" not in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_plan_is_refused_with_the_difference(turncoat: Console) -> None:
    assert turncoat(*RUN, "--out", "mine").code == 0
    before = Path("mine/turncoat.json").read_text(encoding="utf-8")
    ended = turncoat(*RUN, "--out", "mine", "--temperature", "0.5")
    assert ended.code == 2
    for part in ("belongs to another plan", "'temperature': 1.0", "0.5", "--out", "--restart"):
        assert part in ended.err
    assert Path("mine/turncoat.json").read_text(encoding="utf-8") == before


def test_restart_moves_the_old_run_aside(turncoat: Console) -> None:
    assert turncoat(*RUN, "--out", "mine").code == 0
    assert turncoat(*RUN, "--out", "mine", "--temperature", "0.5", "--restart").code == 0
    assert list(Path("mine.old-1/logs").glob("*.eval"))


@pytest.mark.parametrize("out", ["mine", "mine/run", "/proc/turncoat"])
def test_a_folder_that_cannot_be_is_refused(out: str, turncoat: Console, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("text", encoding="utf-8")
    ended = turncoat(*RUN, "--out", out)
    assert ended.code == 2
    for part in ("the output folder cannot be used", f"{out} cannot be written", "another --out"):
        assert part in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_is_not_writable_is_refused(turncoat: Console, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    ended = turncoat(*RUN, "--out", "shut/run")
    assert ended.code == 2
    assert "Permission denied" in ended.err


def test_a_broken_pack_is_told_with_file_problem_and_remedy(tmp_path: Path) -> None:
    """No test breaks the catalog itself: this is the error that the commands make of the pack's."""
    pack = shutil.copytree(scenario_folder("leak"), tmp_path / "leak")
    (pack / "emails" / "lots.md").write_text("hello", encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load_pack(pack)
    told = broken("leak", refused.value)
    assert told.exit_code == 2
    for part in (
        "scenario leak is broken",
        "emails/lots.md: no front matter",
        "lint leak",
        "begin",
    ):
        assert part in told.format_message()


LOCAL_ENGINES = {"hf", "sglang", "vllm"}
"""Where they are installed, a look at them would load a model."""


@pytest.mark.parametrize("provider", sorted(set(PROVIDERS) - LOCAL_ENGINES))
def test_the_providers_that_are_offered_are_known_to_inspect(provider: str) -> None:
    """It may lack a package, a key or a service here, but not its name."""
    assert "not recognized" not in problem_of(f"{provider}/x")


def problem_of(model: str) -> str:
    try:
        model_named(model, config=GenerateConfig(), args={})
    except ModelUnavailable as error:
        return error.problem
    return ""


def test_a_run_file_that_is_none_is_refused(turncoat: Console, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "turncoat.json").write_text("{}", encoding="utf-8")
    ended = turncoat(*RUN, "--out", "mine")
    assert ended.code == 2
    assert "turncoat.json cannot be read" in ended.err
