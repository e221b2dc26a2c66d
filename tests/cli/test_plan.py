"""`turncoat plan`: what a run would do, of scenarios and of studies."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog.roster import paper_subjects
from turncoat.catalog.studies import FOLDER, load_study

STUDY = "nudge_removed"
TWO_LEVELS = ("threat=none,replacement", "nudge=filler,present", "frame=test,real")
FRACTION = (*(word for where in TWO_LEVELS for word in ("--where", where)), "--fraction", "4")


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


TWO = ("coercion", "--forms", "2", "--model", "a/b", "--judge", "c/d")
WHOLE = "prices:\n  a/b: {input: 2.5, output: 10}\n  c/d: {input: 1, output: 5}\n"


def test_the_template_names_the_models_and_no_price_and_is_read_as_it_is(turncoat: Console) -> None:
    words = (*TWO, "--judge", "e/f:8b(seed=3)", "--judge", "sim/judge", "--rejudge", "g/h")
    template = turncoat("plan", *words, "--prices-template").out
    assert [line for line in template.splitlines() if "null" in line] == [
        f'  "{model}": {{input: null, output: null}}' for model in ("a/b", "c/d", "e/f:8b", "g/h")
    ]
    Path("prices.yaml").write_text(template, encoding="utf-8")
    ended = turncoat("plan", *TWO, "--prices", "prices.yaml")
    assert ended.code == 0
    assert "cost: unknown\n  a/b: answer: no price of a/b\n" in ended.out


def test_a_cost_is_a_range_and_says_what_it_leaves_out(turncoat: Console) -> None:
    Path("prices.yaml").write_text(WHOLE.replace("5}", "null}"), encoding="utf-8")
    words = ("plan", *TWO, "--prices", "prices.yaml")
    cost = json.loads(turncoat(*words, "--json").out)["cost"]
    answer, verdict = cost["lines"]
    assert answer["usd"] == cost["partial_usd"]
    assert 0 < cost["partial_usd"]["low"] < cost["partial_usd"]["high"]
    assert (cost["complete"], cost["usd"]) == (False, None)
    assert (verdict["usd"], verdict["unpriced"]) == (None, ["c/d"])
    told = turncoat(*words).out
    assert "\npartial cost: " in told
    assert "USD, without:\n  c/d: verdict: no price of c/d" in told
    assert "Assumed, not measured" in told


def test_no_sum_is_shown_where_only_simulated_models_have_a_cost(turncoat: Console) -> None:
    Path("prices.yaml").write_text("prices: {}\n", encoding="utf-8")
    words = ("plan", "coercion", "--forms", "2", "--model", "a/b", "--prices", "prices.yaml")
    told = turncoat(*words, "--judge", "sim/judge").out
    assert "cost: unknown\n  a/b: answer: no price of a/b\n" in told
    assert "0 USD" not in told
    free = ("plan", "coercion", "--model", "sim/mixed", "--judge", "sim/judge")
    assert "cost: none, as all models are simulated" in turncoat(*free, *words[-2:]).out


def test_words_of_simulated_models_are_not_priced(turncoat: Console) -> None:
    Path("prices.yaml").write_text(WHOLE, encoding="utf-8")
    small = ("coercion", "--forms", "1", "--model", "sim/mixed", "--judge", "sim/judge")
    assert turncoat("run", *small, "--out", "small").code == 0
    words = ("plan", *TWO, "--prices", "prices.yaml")
    plain = json.loads(turncoat(*words, "--json").out)["cost"]
    measured = json.loads(turncoat(*words, "--measured", "small", "--json").out)["cost"]
    assert measured["usd"] == plain["usd"]
    assert [line["basis"] for line in measured["lines"]] == [["estimate"], ["estimate"]]
    told = turncoat(*words, "--measured", "small").out
    assert (
        "the run's counts are of simulated models, words and not tokens, and have no price" in told
    )


def test_a_price_of_a_model_that_the_plan_does_not_call_is_told(turncoat: Console) -> None:
    Path("prices.yaml").write_text(WHOLE.replace("c/d", "c/dd"), encoding="utf-8")
    words = ("plan", *TWO, "--prices", "prices.yaml")
    assert "priced, but not called by this plan: c/dd\n" in turncoat(*words).out
    assert json.loads(turncoat(*words, "--json").out)["cost"]["uncalled"] == ["c/dd"]


def test_a_study_may_be_a_file(turncoat: Console) -> None:
    shutil.copy(FOLDER / f"{STUDY}.yaml", "mine.yaml")
    named = json.loads(turncoat("plan", STUDY, "--json").out)
    assert json.loads(turncoat("plan", "./mine.yaml", "--json").out) == named
    ended = turncoat("plan", "nowhere.yaml")
    assert ended.code == 2
    assert "nowhere.yaml" in ended.err


def test_a_plan_without_prices_has_no_cost(turncoat: Console) -> None:
    assert json.loads(turncoat("plan", *TWO, "--json").out)["cost"] is None
    assert "cost" not in turncoat("plan", *TWO).out


def test_the_plan_of_a_run_takes_the_tokens_that_the_run_took(turncoat: Console) -> None:
    panel = ("--judge", "sim/judge", "--judge", "sim/judge(seed=2)", "--also", "conduct,afterwards")
    words = ("coercion", "leak", "--model", "sim/mixed", "--forms", "2", *panel)
    assert turncoat("run", *words, "--out", "run").code == 0
    rows = json.loads(turncoat("results", "run", "--format", "json").out)
    taken = [row for row in rows if row["panel"] is None]
    cost = json.loads(turncoat("plan", *words, "--measured", "run", "--json").out)["cost"]
    for line, whose in zip(cost["lines"], ("", "judge_"), strict=True):
        assert line["basis"] == ["simulated"]
        for way in ("input", "output"):
            total = sum(row[f"{whose}{way}_tokens"] for row in taken)
            assert line[f"{way}_tokens"]["low"] == pytest.approx(total)
            assert line[f"{way}_tokens"]["high"] == pytest.approx(total)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("prices:\n  a/b: {input: 1}\n", "prices.yaml:2: key prices.a/b.output is missing"),
        ("prices:\n  a/b:\n    input: -1\n    output: 2\n", "prices.yaml:3: key prices.a/b.input"),
        ("prices:\n  a/b: {input: x, output: 2}\n", "key prices.a/b.input"),
        ("prices:\n  a/b: {input: true, output: 2}\n", "key prices.a/b.input"),
        ("prices:\n  a/b: {inptu: 1, input: 1, output: 2}\n", "there is no key prices.a/b.inptu"),
        ("prices:\n  a/b: 3\n", "prices.yaml:2: key prices.a/b"),
        ("a/b: {input: 1, output: 2}\n", "key prices is missing"),
        ("prices: [\n", "bad YAML"),
        ("prices:\n  a/b: {input: 1, output: 2}\n  a/b: {input: 1, output: 2}\n", "stands twice"),
        ("", "expected a mapping"),
        (None, "the file is missing"),
    ],
)
def test_a_bad_price_file_is_refused_with_file_and_key(
    text: str | None, problem: str, turncoat: Console
) -> None:
    if text is not None:
        Path("prices.yaml").write_text(text, encoding="utf-8")
    ended = turncoat("plan", *TWO, "--prices", "prices.yaml")
    assert ended.code == 2
    for part in ("the price file prices.yaml cannot be used", "expected:", "next:", problem):
        assert part in ended.err
    assert "create" not in ended.err


def test_a_folder_is_no_price_file(turncoat: Console) -> None:
    Path("prices.yaml").mkdir()
    ended = turncoat("plan", *TWO, "--prices", "prices.yaml")
    assert ended.code == 2
    assert "got:      a folder\n" in ended.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("coercion", "--prices-template"), "no model that has a price"),
        ((*TWO, "--measured", "nowhere"), "nowhere holds no run"),
    ],
)
def test_a_cost_of_nothing_is_refused(
    words: Sequence[str], problem: str, turncoat: Console
) -> None:
    ended = turncoat("plan", *words)
    assert ended.code == 2
    assert problem in ended.err


def test_the_power_of_a_study_is_told_for_each_size_of_its_cells(turncoat: Console) -> None:
    words = ("plan", "e1_coercion_both", "--detect", "0.1")
    power = json.loads(turncoat(*words, "--json").out)["power"]
    assert (power["rate"], power["power"], power["level"]) == (0.3, 0.8, 0.95)
    fixed, drawn = power["cells"]
    assert fixed["scenarios"] == ["reference/blackmail"]
    assert (fixed["fixed_text"], drawn["fixed_text"]) == (True, False)
    # 400 samples of one text find it; 40 forms of 10 epochs do not, as forms differ.
    assert fixed["planned"]["samples"] == drawn["planned"]["samples"] == 400
    assert fixed["planned"]["power"] > 0.8
    assert drawn["planned"]["power"] < 0.6
    few = next(choice for choice in drawn["alternatives"] if choice["forms"] == 20)
    assert (few["epochs"], few["samples"], few["power"]) == (None, None, None)


def test_the_power_says_what_it_takes_for_granted(turncoat: Console) -> None:
    words = ("leak", "--detect", "0.3", "--rate", "0.1", "--power", "0.9", "--correlation", "0.2")
    told = " ".join(turncoat("plan", *words, "--level", "0.9").out.split())
    for part in (
        "Power to find 40% against 10% in the control: leak",
        "the 90% interval of one treated cell's difference",
        "a correlation of 0.2, and the interval never takes it to be below 0.1",
        "every sample is scored, and rightly",
        "for 0.9",
    ):
        assert part in told
    assert "fixed text" not in told


def test_few_forms_are_told_to_be_these_prompts(turncoat: Console) -> None:
    told = turncoat("plan", "leak", "--forms", "4", "--detect", "0.3").out
    assert "With fewer than 5 forms, or a fixed text, it is about these prompts" in told
    # The plans that would find it have more forms.
    assert "a correlation of 0.05, and the interval never takes it to be below 0.1" in told


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--rate", "0.2"), "option --rate without --detect"),
        (("--level", "0.9"), "option --level without --detect"),
        (("--detect", "0.8"), "a rate of 1.1"),
        (("--detect", "1.5"), "0<x<1"),
        (("--detect", "0.1", "--correlation", "1"), "0<=x<1"),
        (
            (*FRACTION, "--detect", "0.1"),
            "option --detect with --fraction",
        ),
    ],
)
def test_a_power_of_nothing_is_refused(
    words: Sequence[str], problem: str, turncoat: Console
) -> None:
    ended = turncoat("plan", "leak", *words)
    assert ended.code == 2
    assert problem in ended.err
