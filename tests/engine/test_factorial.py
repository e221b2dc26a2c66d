"""Eight factors in sixteen conditions: the real command line recovers every known effect."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.attempts import GPT, JUDGE, Command
from laboratory import Laboratory
from simulation import answering
from turncoat.catalog.subjects import load_profiles
from turncoat.cli.arguments import design_from
from turncoat.design import Grid, Plan

SCENARIO = "leak"
SUBJECT = "factorial"
FORMS = 36
RUNS = 16
LEVELS = {
    "goal": ("none", "explicit"),
    "threat": ("none", "replacement"),
    "nudge": ("filler", "present"),
    "frame": ("test", "real"),
    "route": ("none", "credible"),
    "instruction": ("filler", "prohibition"),
    "reasoning": ("none", "private"),
    "distractors": ("few", "standard"),
}
WHERE = [f"{factor}={low},{high}" for factor, (low, high) in LEVELS.items()]


Rows = dict[str, dict[str, Any]]
"""Factor to the row of its effect in the command's JSON."""


def true_effects() -> dict[str, float]:
    """What the subject's profile adds at each factor's high level."""
    added = {
        factor: effect.adds for effect in load_profiles()[SUBJECT].effects for factor in effect.when
    }
    return {factor: added.get(factor, 0.0) for factor in LEVELS}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    design = design_from(Grid(), WHERE, RUNS)
    plan = Plan(design.conditions, tuple(range(1, FORMS + 1)))
    words = [SCENARIO, "--model", GPT, "--judge", JUDGE, "--forms", str(FORMS), "--json"]
    words += [word for where in WHERE for word in ("--where", where)]
    with Laboratory(answering((SCENARIO,), plan, subject=SUBJECT, seed=8)) as laboratory:
        folder: Path = tmp_path_factory.mktemp("factorial")
        command = Command((*words, "--fraction", str(RUNS)), laboratory, folder)
        assert command.finish() == 0, command.told()
    return {row["factor"]: row for row in json.loads(command.printed())["effects"]}


def test_every_effect_lies_within_its_interval(found: Rows) -> None:
    assert found.keys() == LEVELS.keys()
    for factor, effect in true_effects().items():
        row = found[factor]
        assert (row["from_level"], row["to_level"]) == LEVELS[factor]
        assert row["low"] <= effect <= row["high"], factor
        assert row["low"] < row["high"]
        assert row["forms"] == FORMS
        assert row["n"] == FORMS * RUNS


def test_every_effect_has_its_sign_and_those_that_are_none_may_be_none(found: Rows) -> None:
    for factor, effect in true_effects().items():
        row = found[factor]
        if effect:
            assert row["effect"] * effect > 0, factor
        else:
            assert row["low"] <= 0 <= row["high"], factor
    clear = [f for f, row in found.items() if not row["low"] <= 0 <= row["high"]]
    assert {"goal", "threat", "route"} <= set(clear)


def test_no_effect_is_mixed_with_a_pair_of_others(found: Rows) -> None:
    assert all(row["aliases"] == [] for row in found.values())
