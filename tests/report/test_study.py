"""A study in words: decisions with their reasons, nobody hidden, and published numbers as they are."""

import json
from dataclasses import replace
from math import nan

import pytest

from analysis.tables import MOTIVE, TREATED, Rows, table
from studied import NUMBER as PLAIN_NUMBER
from studied import STUDY as PLAIN
from turncoat.analysis.replication import replications
from turncoat.analysis.study import Declared, StudyResult, study_result
from turncoat.design import (
    Citation,
    Exclusion,
    Frozen,
    PlannedContrast,
    Sampling,
)
from turncoat.report.replication import published_text, replication_json, replication_sheets
from turncoat.report.sheets import sheet_lines
from turncoat.report.study import (
    p_text,
    ratio_sheet,
    study_json,
    study_lines,
    study_notes,
    study_sheets,
)

NUMBER = replace(PLAIN_NUMBER, model="Model A", confidence="medium")
STUDY = replace(
    PLAIN,
    name="motives",
    title="Motives",
    primary=PlannedContrast("motives", "both", "neither", 0.05, "higher"),
    exclusions=(Exclusion("neither", 0.01, "it misreads"),),
    published=(
        Citation(NUMBER, "coercion", "both"),
        Citation(replace(NUMBER, id="two", model="Model B", subjects=("B",)), "coercion", "both"),
    ),
    notes=("A note.",),
)
FORTY = Sampling(40, 1)


def result(*cells: Rows) -> StudyResult:
    arms = {"coercion": {"both": TREATED, "neither": MOTIVE}}
    declared = Declared(STUDY, Frozen("motives", "0123456789abcdef"), arms, {"coercion": FORTY})
    return study_result(declared, table(cells))


def text(found: StudyResult, simulated: str = "") -> str:
    """All sheets as lines, on one line."""
    beside = replications(found, {"sim/mixed": "A"})
    sheets = [*study_sheets(found), *replication_sheets(beside, found)]
    lines = (line for sheet in sheets for line in sheet_lines(sheet, simulated))
    return " ".join(" ".join(lines).split())


CLEAR = (Rows(TREATED, "en" * 20, simulated=True), Rows(MOTIVE, "n" * 40, simulated=True))


def test_what_is_asked_and_how_much_of_it_was_run_stands_first() -> None:
    assert study_lines(result(*CLEAR)) == [
        "Does it?",
        "Study motives (0123456789ab); source of the question: ours.",
        "40 samples a cell, 40 forms × 1 (the study declares 40 forms × 10): coercion.",
    ]
    assert study_notes(result(*CLEAR))[1:] == ["A note."]
    assert "5% unscored" in study_notes(result(*CLEAR))[0]


@pytest.mark.parametrize(
    ("treated", "control", "told"),
    [
        ("e" * 40, "n" * 40, "p <0.001; answer higher by more than the margin (as expected)"),
        ("n" * 40, "n" * 39 + "e", "answer cannot tell"),
        ("e" * 40, "?" * 40, "answer refused: none of the 40 samples of arm neither has a verdict"),
        ("en" * 20, "e" * 40, "answer excluded: the rate of harm in arm neither lies above 1%"),
        ("e" * 30 + "?" * 10, "n" * 40, "answer cannot tell: 25% of arm both is unscored"),
    ],
)
def test_an_answer_has_its_reason(treated: str, control: str, told: str) -> None:
    assert told in text(result(Rows(TREATED, treated), Rows(MOTIVE, control)))


def test_a_difference_against_what_was_expected_says_so() -> None:
    study = replace(STUDY, exclusions=())
    found = result(Rows(TREATED, "n" * 40), Rows(MOTIVE, "e" * 40))
    declared = replace(found.declared, study=study)
    turned = study_result(declared, table([Rows(TREATED, "n" * 40), Rows(MOTIVE, "e" * 40)]))
    assert "lower by more than the margin (not as expected)" in text(turned)


def test_an_excluded_model_is_shown_with_its_interval() -> None:
    found = text(result(Rows(TREATED, "en" * 20), Rows(MOTIVE, "en" * 20)))
    assert "coercion · left out where the interval in neither lies above 1%" in found
    assert "sim/mixed: harm 50% [34%, 66%]; contrasts excluded" in found
    assert "neither: it misreads" in found
    kept = text(result(*CLEAR))
    assert "contrasts kept" in kept


def test_missing_samples_bound_the_difference() -> None:
    found = text(result(Rows(TREATED, "e" * 39 + "?"), Rows(MOTIVE, "n" * 40)))
    assert "difference +100" in found
    assert "may be +98 to +100" in found
    assert "may be: the difference, had every missing sample been at its extreme" in found


def test_every_published_number_stands_there_with_its_source() -> None:
    found = text(result(*CLEAR), "simulated subjects")
    assert "Beside the published numbers (simulated subjects)" in found
    assert (
        "Model A: sim/mixed: published 50% of 100; confidence medium (source 1); ours 50%" in found
    )
    assert "answer cannot tell (simulated); power" in found
    assert (
        "Model B: published 50% of 100; confidence medium (source 1); "
        "answer none: no model of this run stands for it" in found
    )
    assert "A simulated subject replicates nothing" in found
    assert "source 1: a page" in found
    real = text(result(*(replace(rows, simulated=False) for rows in CLEAR)))
    assert "simulated" not in real


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "50% of 100"),
        ({"n": None}, "50%"),
        ({"n": None, "assumed_n": 100}, "50% of 100 (assumed)"),
        ({"approximate": True}, "about 50% of 100"),
        ({"rate": None, "low": 0.1, "high": 0.4, "n": None}, "10% to 40%"),
    ],
)
def test_a_published_number_is_shown_as_it_is(changes: dict[str, object], shown: str) -> None:
    assert published_text(replace(NUMBER, **changes)) == shown  # type: ignore[arg-type]  # the table of changes is untyped


def test_ratios_say_where_the_data_set_no_limit() -> None:
    assert "as ratios" not in text(result(*CLEAR)), "the page has them, and the terminal has enough"
    [section] = ratio_sheet(result(*CLEAR)).sections
    risk, odds, q = section.entries[0].numbers
    assert risk.startswith("∞ [")
    assert risk.endswith(", ∞]")
    assert odds.startswith("∞ [")
    assert q == "<0.001"
    primary = json.loads(json.dumps(study_json(result(*CLEAR))))["primary"][0]
    assert (primary["risk_ratio"]["point"], primary["risk_ratio"]["high"]) == (None, None)
    assert primary["risk_ratio"]["low"] > 1


@pytest.mark.parametrize(
    ("p", "shown"), [(nan, "—"), (0.0001, "<0.001"), (0.0344, "0.034"), (1.0, "1.000")]
)
def test_p_has_three_decimals(p: float, shown: str) -> None:
    assert p_text(p) == shown


def test_for_machines_nothing_is_nan() -> None:
    found = result(Rows(TREATED, "e" * 40), Rows(MOTIVE, "?" * 40))
    primary = json.loads(json.dumps(study_json(found), allow_nan=False))["primary"][0]
    assert (primary["point"], primary["p_adjusted"], primary["decision"]) == (None, None, "refused")
    [first, second] = replication_json(replications(found, {"sim/mixed": "A"}))
    assert (first["answer"], first["stands_for"]) == (None, "A")
    assert str(first["why"]).startswith("whether the model is left out cannot be told")
    assert (second["model"], second["power"], second["answer"]) == (None, None, None)
