"""`--fraction`: the design, what it cannot tell, and what constraints cost, before anything is spent."""

import json
from pathlib import Path

import pytest

from cli.console import Console

TIED = ("--where", "leverage=absent,present", "--where", "twin=no,benign")
FRAME = ("--where", "frame=real,test")
NUDGE = ("--where", "nudge=filler,present")


def test_plan_prints_what_each_effect_is_mixed_with(turncoat: Console) -> None:
    where = (*NUDGE, *FRAME, "--where", "threat=none,replacement")
    printed = turncoat("plan", "leak", *where, "--fraction", "4").out
    assert "effect of nudge, filler to present: not to be told from frame x threat" in printed
    free = turncoat("plan", "leak", *where, "--fraction", "8").out
    assert "effect of nudge, filler to present: free of two-factor interactions" in free


def test_the_control_is_low_in_either_order(turncoat: Console) -> None:
    for levels in ("none,replacement", "replacement,none"):
        where = (*NUDGE, "--where", f"threat={levels}")
        printed = turncoat("plan", "leak", *where, "--fraction", "4").out
        assert "effect of threat, none to replacement" in printed


def test_plan_says_what_constraints_cost(turncoat: Console) -> None:
    words = ("plan", "leak", *TIED, *NUDGE, *FRAME, "--fraction", "16")
    printed = turncoat(*words).out
    assert (
        "effect of twin, benign to no: cannot be told: it varies together with leverage" in printed
    )
    assert printed.count("left out: leverage=absent twin=benign") == 4
    assert "without leverage there is nothing" in printed
    design = json.loads(turncoat(*words, "--json").out)["designs"]["leak"]
    told = {effect["factor"]: effect["told"] for effect in design["effects"]}
    assert told == {"leverage": False, "twin": False, "nudge": True, "frame": True}
    assert len(design["dropped"]) == 4
    assert json.loads(turncoat("plan", "leak", "--json").out)["designs"] == {}


def test_one_level_that_is_left_is_told(turncoat: Console) -> None:
    where = ("--where", "goal=none,explicit", "--where", "value=national", *NUDGE)
    printed = turncoat("plan", "leak", *where, "--fraction", "4").out
    assert "effect of goal, none to explicit: cannot be told: only one level is left" in printed


def test_run_says_so_and_shows_the_effects_that_are_left(tmp_path: Path, turncoat: Console) -> None:
    words = ("leak", "--model", "sim/factorial", "--judge", "sim/judge", "--forms", "2", "--json")
    ended = turncoat(
        "run", *words, *TIED, *FRAME, "--fraction", "8", "--out", str(tmp_path / "run")
    )
    assert "leak: left out: leverage=absent twin=benign frame=real" in ended.err
    assert "leak: effect of leverage: cannot be told: it varies together with twin" in ended.err
    effects = {row["factor"]: row for row in json.loads(ended.out)["effects"]}
    assert effects["twin"]["effect"] is None
    assert effects["twin"]["tied"] == ["leverage"]
    assert effects["frame"]["low"] < effects["frame"]["high"]


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ((*TIED, *NUDGE, *FRAME, "--fraction", "8"), "leverage varies together with twin"),
        ((*NUDGE, "--where", "threat=none,none", "--fraction", "4"), "got none twice"),
        ((*NUDGE, "--fraction", "4"), "got 1 factors in 4 runs"),
        ((*NUDGE, *FRAME, "--fraction", "6"), "got 2 factors in 6 runs"),
        (("--where", "threat=none,replacement,restriction", "--fraction", "4"), "at 3 levels"),
    ],
)
def test_a_design_that_tells_nothing_is_refused(
    turncoat: Console, words: tuple[str, ...], got: str
) -> None:
    for command in ("plan", "run"):
        model = ("--model", "sim/mixed", "--judge", "rules") if command == "run" else ()
        ended = turncoat(command, "leak", *model, *words)
        assert ended.code == 2
        assert got in ended.err
