"""A user's mistakes: each has its own message and exit code 2, and nothing is spent or written."""

from pathlib import Path

import pytest

from cli.console import Console

RUN = ("run", "leak", "--model", "sim/loyal", "--judge", "rules", "--forms", "1")

MISTAKES = {
    "no such command": (("rnu", "leak"), ["unknown command", "did you mean run?"]),
    "no such scenario": (
        ("run", "leek", "--model", "sim/loyal", "--judge", "rules"),
        ["unknown scenario", "leek", "did you mean leak?", "coercion, leak, lethal"],
    ),
    "no such scenario to show": (("scenario", "show", "lethl"), ["did you mean lethal"]),
    "no such scenario to plan": (("plan", "coersion"), ["did you mean coercion?"]),
    "no such provider": (
        ("run", "leak", "--model", "foo/bar", "--judge", "rules"),
        ["model foo/bar cannot be used", "not recognized", "PROVIDER/MODEL"],
    ),
    "no provider": (("run", "leak", "--model", "gpt", "--judge", "rules"), ["model gpt"]),
    "no such simulated model": (
        ("run", "leak", "--model", "sim/loyl", "--judge", "rules"),
        ["sim/loyl", "sim/loyal"],
    ),
    "no such judge": (("run", "leak", "--model", "sim/loyal", "--judge", "nobody/x"), ["nobody/x"]),
    "no judge": (("run", "leak", "--model", "sim/loyal"), ["--judge"]),
    "no model": (("run", "leak", "--judge", "rules"), ["--model"]),
    "a provider's package is missing": (
        ("run", "leak", "--model", "mistral/large", "--judge", "rules"),
        ["mistral/large", "pip install mistralai"],
    ),
    "a key is missing": (
        ("run", "leak", "--model", "openai/gpt-4.1", "--judge", "rules"),
        ["openai/gpt-4.1", "OPENAI_API_KEY"],
    ),
    "no such factor": (
        (*RUN, "--where", "thread=none"),
        ["unknown factor", "did you mean threat?"],
    ),
    "no such level": (
        (*RUN, "--where", "threat=replacment"),
        ["unknown level of factor threat", "did you mean replacement?"],
    ),
    "a selection that is none": ((*RUN, "--where", "threat"), ["FACTOR=LEVEL"]),
    "a selection that leaves nothing": (
        (*RUN, "--where", "leverage=absent", "--where", "twin=benign"),
        ["zero samples", "without leverage"],
    ),
    "zero forms": ((*RUN, "--forms", "0"), ["zero samples", "--forms"]),
    "zero epochs": ((*RUN, "--epochs", "0"), ["zero samples", "epochs is 0"]),
    "a number that is none": ((*RUN, "--forms", "many"), ["many"]),
    "an argument that is none": ((*RUN, "-M", "seed"), ["-M", "NAME=VALUE"]),
    "arguments for a judge that is no model": ((*RUN, "-J", "seed=1"), ["-J"]),
    "an accuracy that is none": (
        ("run", "leak", "--model", "sim/loyal", "--judge", "sim/judge", "-J", "sensitivity=7"),
        ["sim/judge", "sensitivity is 7"],
    ),
    "a preview of several conditions": (
        ("scenario", "preview", "leak", "--where", "threat=none,replacement"),
        ["one condition"],
    ),
    "a form that is none": (("scenario", "preview", "leak", "--form", "0"), ["numbered from 1"]),
    "results of nothing": (("results", "nowhere"), ["nowhere holds no run"]),
    "a report of nothing": (("report", "nowhere"), ["nowhere holds no run"]),
    "a transcripts file that is missing": (
        ("score", "nowhere.jsonl", "--scenario", "leak"),
        ["nowhere.jsonl cannot be read"],
    ),
    "lint of nothing": (("scenario", "lint"), ["--all"]),
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


def test_a_file_where_the_folder_should_be_is_refused(turncoat: Console, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("text", encoding="utf-8")
    ended = turncoat(*RUN, "--out", "mine")
    assert ended.code == 2
    assert "mine" in ended.err
    assert "cannot be" in ended.err


def test_a_run_file_that_is_none_is_refused(turncoat: Console, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "turncoat.json").write_text("{}", encoding="utf-8")
    ended = turncoat(*RUN, "--out", "mine")
    assert ended.code == 2
    assert "turncoat.json cannot be read" in ended.err
