"""`turncoat rejudge`: what it prints for people and for machines, and what it refuses."""

import json
import re
import shutil
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog import scenario_folder

RUN = ("run", "coercion", "--model", "sim/mixed", "--forms", "3", "--out", "r", "--judge")
OTHER = ("--judge", "sim/judge", "-J", "sensitivity=0.2", "-J", "specificity=0.4")
IDENTITY = "model:sim/judge(sensitivity=0.2,specificity=0.4)+"


@pytest.fixture
def judged(turncoat: Console) -> Console:
    """The command line beside a finished run in the folder `r`."""
    assert turncoat(*RUN, "sim/judge").code == 0
    return turncoat


def test_help_teaches_with_an_example(turncoat: Console) -> None:
    ended = turncoat("rejudge", "--help")
    assert ended.code == 0
    for taught in ("Examples:", "turncoat rejudge runs/coercion", "Exit codes:", "--pack", "130"):
        assert taught in ended.out
    assert "rejudge" in turncoat("--help").out


def test_what_flipped_is_printed_and_asked_again_there_is_nothing_to_do(judged: Console) -> None:
    told = judged("rejudge", "r", *OTHER)
    assert told.code == 0
    assert "Flips (simulated)" in told.out
    assert f"12 of 12 answers have a verdict of {IDENTITY}" in told.out
    assert re.search(r"judge: [\d,]+ tokens read, [\d,]+ written, cost unknown", told.out)
    assert "12/12 samples" in told.err
    again = judged("rejudge", "r", *OTHER)
    assert again.code == 0
    assert "Nothing to do" in again.out


def test_machines_read_moves_cells_and_the_flipped_answers(judged: Console) -> None:
    found = json.loads(judged("rejudge", "r", *OTHER, "--json").out)
    assert found.keys() == {
        *("judge", "logs", "answers", "kept", "scored", "errors", "unscored", "exit_code"),
        *("tokens", "flips", "cells", "flipped"),
    }
    assert found["judge"].startswith(IDENTITY)
    [whole] = found["flips"]
    assert whole["flips"] == len(found["flipped"]) > 0
    assert whole["flips"] == sum(cell["flips"] for cell in found["cells"])
    assert sum(whole["counts"].values()) == found["answers"] == 12
    assert whole["simulated"]
    first = found["flipped"][0]
    assert first["now"] == "harm"
    assert Path("r/logs", first["verdict_log"]).is_file()


def test_results_and_report_show_both_judges_and_a_run_only_its_own(judged: Console) -> None:
    judged("rejudge", "r", *OTHER)
    rows = json.loads(judged("results", "r", "--format", "json").out)
    assert len(rows) == 24
    assert len({row["judge"] for row in rows}) == 2
    assert judged("report", "r").code == 0
    page = Path("r/report.html").read_text(encoding="utf-8")
    assert "Verdicts of another judge" in page
    assert re.search(r'href="#t/c\d+/flip=no_harm→harm"', page)
    summary = json.loads(judged(*RUN, "sim/judge", "--json").out)
    assert summary["rows"] == 12


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("r", "--judge", "sim/judge"), "r has the verdicts of this judge"),
        (("nowhere", *OTHER), "nowhere holds no answer"),
        (("r",), "no judge is named"),
        (("r", "--judge", "sim/mixed"), "model sim/mixed cannot be used"),
        (("r", *OTHER, "--also", "afterwards"), "afterwards, which asks the subject"),
        (("r", "--judge", "rules", "--also", "conduct"), "option --also conduct"),
        (("r", "--judge", "openai/x", "--scoring", "legacy"), "OPENAI_API_KEY"),
        (("r", *OTHER, "--scoring", "legacy"), "option --scoring legacy"),
        (("r", *OTHER, "--pack", "./nowhere"), "no scenario is there"),
    ],
)
def test_a_mistake_is_told_and_costs_nothing(
    words: tuple[str, ...], said: str, judged: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    ended = judged("rejudge", *words)
    assert ended.code == 2
    assert said in ended.err
    for part in ("got:", "expected:", "next:"):
        assert part in ended.err
    assert not Path("r/rejudged").exists()


def test_a_pack_of_one_s_own_is_asked_for_by_its_folder(turncoat: Console) -> None:
    shutil.copytree(scenario_folder("leak"), "leak")
    pack = Path("leak/scenario.yaml")
    text = pack.read_text(encoding="utf-8")
    pack.write_text(re.sub(r"(?m)^version: .*$", "version: 77", text), encoding="utf-8")
    run = ("run", "./leak", "--model", "sim/mixed", "--forms", "1", "--out", "r")
    assert turncoat(*run, "--judge", "sim/judge").code == 0
    refused = turncoat("rejudge", "r", *OTHER)
    assert refused.code == 2
    hashes = re.findall(r"hash ([0-9a-f]{64})", refused.err)
    assert len(set(hashes)) == 2
    assert "--pack PATH" in refused.err
    assert turncoat("rejudge", "r", *OTHER, "--pack", "./leak").code == 0


def test_published_stimuli_and_their_renamed_twins_are_judged_anew(turncoat: Console) -> None:
    packs = ("reference/blackmail", "reference/blackmail_renamed")
    run = ("run", *packs, "--model", "sim/mixed", "--epochs", "2", "--forms", "1", "--out", "r")
    assert turncoat(*run, "--judge", "rules").code in (0, 1)
    found = json.loads(turncoat("rejudge", "r", "--judge", "sim/judge", "--json").out)
    assert {row["scenario"] for row in found["flips"]} == set(packs)
    assert found["errors"] == 0
    assert found["scored"] == found["answers"]


def test_what_the_rules_leave_open_is_told(judged: Console) -> None:
    told = judged("rejudge", "r", "--judge", "rules")
    assert (
        "not_decidable - the rules leave these to a judge: rejudge with --judge MODEL" in told.out
    )
