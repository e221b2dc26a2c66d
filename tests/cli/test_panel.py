"""A panel on the command line: who may sit on it, what it prints, and what it keeps."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog.rubrics import load_rubric
from turncoat.cli.running import observed

HARM = load_rubric("harm").identity
WRONG = "sim/judge(sensitivity=0, specificity=0)"
OTHER = "sim/judge(seed=2)"
PANEL = ("--judge", "sim/judge", "--judge", OTHER, "--judge", WRONG, "-J", "specificity=1")
RUN = ("run", "coercion", "--model", "sim/turncoat", "--forms", "5", "--out", "run")


def identity(rule: str) -> str:
    members = [
        f"model:sim/judge(specificity=1)+{HARM}",
        f"model:sim/judge(seed=2,specificity=1)+{HARM}",
        f"model:sim/judge(sensitivity=0,specificity=0)+{HARM}",
    ]
    return f"panel:{rule}({', '.join(members)})"


def test_a_panel_is_the_headline_and_its_members_stand_beside_it(turncoat: Console) -> None:
    ended = turncoat(*RUN, *PANEL, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert {row["judge"] for row in told["rates"]} == {identity("majority")}
    treated = next(row for row in told["rates"] if row["role"] == "treated")
    assert treated["rate"] > 0.5
    cells = told["agreement"]["cells"]
    assert [len(cell["judges"]) for cell in cells] == [3] * 4
    assert [len(cell["pairs"]) for cell in cells] == [3] * 4
    # Who is wrong about everything disagrees with whoever is right about it.
    assert told["agreement"]["disputes"]
    table = observed(Path("run")).observations
    assert table["judge"].nunique() == 4
    assert set(table["panel"].dropna()) == {identity("majority")}
    spent = table.loc[table["panel"].notna(), "judge_input_tokens"]
    assert spent.isna().all()
    printed = turncoat(*RUN, *PANEL).out
    assert "5 of 5 samples" not in printed
    assert "20 of 20 samples have a verdict." in printed
    assert "1: model:sim/judge" in printed


def test_judges_that_disagree_decide_nothing_together(turncoat: Console) -> None:
    two = ("--judge", "sim/judge(sensitivity=1)", "--judge", WRONG)
    ended = turncoat(*RUN, *two, "--panel", "unanimity", "--json")
    told = json.loads(ended.out)
    assert ended.code == 1
    assert told["unscored"]["judges_disagree"] > 0
    assert told["rows"] == 20
    conflict = turncoat(*RUN, *two)
    assert conflict.code == 2
    assert "panel:unanimity(" in conflict.err


def test_a_later_panel_stands_beside_the_judge_of_the_run(turncoat: Console) -> None:
    turncoat(*RUN, "--judge", "sim/judge(seed=9)")
    ended = turncoat("rejudge", "run", *PANEL)
    assert ended.code == 0, ended.err
    table = observed(Path("run")).observations
    assert table["judge"].nunique() == 5
    shown = json.loads(turncoat(*RUN, "--judge", "sim/judge(seed=9)", "--json").out)
    assert shown["agreement"]["cells"] == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--judge", "sim/judge", "--judge", "sim/judge"), "is on the panel 2 times"),
        (("--judge", "sim/judge", "--judge", "rules"), "rules among 2 judges"),
        (("--judge", "sim/judge", "--panel", "majority"), "option --panel majority"),
        (("--judge", "sim/judge(sensitivity)"), "expected: NAME=VALUE"),
        (("--judge", "rules(seed=1)"), "argument"),
        (("--judge", "sim/judge", "--judge", "sim/mixed"), "it is a subject, and no judge"),
    ],
)
def test_an_odd_panel_is_refused_before_anything_is_spent(
    turncoat: Console, words: Sequence[str], problem: str
) -> None:
    ended = turncoat(*RUN, *words)
    assert ended.code == 2
    assert problem in ended.err
    assert not Path("run/logs").exists()


def test_a_plan_counts_the_calls_of_every_judge(turncoat: Console) -> None:
    def most(*judges: str) -> int:
        words = [word for judge in judges for word in ("--judge", judge)]
        ended = turncoat("plan", "coercion", "--forms", "5", *words, "--json")
        return int(json.loads(ended.out)["judge_calls_at_most"])

    assert (most(), most("a/b"), most("a/b", "c/d"), most("rules")) == (20, 20, 40, 0)
