"""`turncoat plan`: what a run would do, of scenarios and of studies."""

import json
from collections.abc import Sequence

import pytest

from cli.console import Console
from turncoat.catalog.roster import paper_subjects
from turncoat.catalog.studies import load_study

STUDY = "nudge_removed"


def test_what_is_asked_beside_the_verdict_and_later_is_counted(turncoat: Console) -> None:
    words = ("coercion", "--forms", "5", "--judge", "a/b", "--judge", "c/d")
    beside = ("--also", "conduct,awareness,afterwards", "--rejudge", "e/f")
    plan = json.loads(turncoat("plan", *words, *beside, "--json").out)
    samples = 4 * 5
    assert plan["subject_calls"] == plan["afterwards_calls_at_most"] == samples
    assert plan["judge_calls_at_most"] == samples * (2 + 3)
    assert plan["rejudge_calls_at_most"] == samples
    told = turncoat("plan", *words, *beside).out
    assert "judge calls: 0 to 100\n  for verdicts by 2 judges: 0 to 40" in told
    assert "calls of later judges: 0 to 20" in told


def test_a_study_brings_its_conditions_size_and_models(turncoat: Console) -> None:
    study = load_study(STUDY)
    plan = json.loads(turncoat("plan", STUDY, "--json").out)
    assert set(plan["scenarios"]) == set(study.packs)
    assert plan["models"] == len(paper_subjects())
    sizes = {(found["forms"], found["epochs"]) for found in plan["scenarios"].values()}
    assert sizes == {(study.plan.forms, study.plan.epochs)}


def test_the_size_and_the_models_of_a_study_may_be_replaced(turncoat: Console) -> None:
    words = ("--forms", "7", "--model", "a/b")
    plan = json.loads(turncoat("plan", STUDY, *words, "--json").out)
    sizes = {(found["forms"], found["epochs"]) for found in plan["scenarios"].values()}
    assert (sizes, plan["models"]) == ({(7, load_study(STUDY).plan.epochs)}, 1)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((STUDY, "leak"), f"study {STUDY} beside something else"),
        ((STUDY, "--where", "threat=none"), "a study says itself which conditions"),
        ((STUDY, "--where", "threat=none", "--fraction", "4"), "a study says itself"),
        ((STUDY, "--forms", "0"), "zero samples: --forms"),
        (("nudge_remove",), "did you mean nudge_removed"),
        (("leak", "--also", "conduct", "--judge", "rules"), "a judge's model"),
        (("leak", "--scoring", "legacy"), "published stimuli"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    words: Sequence[str], problem: str, turncoat: Console
) -> None:
    ended = turncoat("plan", *words)
    assert ended.code == 2
    assert problem in ended.err
