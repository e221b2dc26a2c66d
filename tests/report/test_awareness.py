"""Belief and awareness in the terminal, for machines and in the page: the numbers and their limits."""

import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from analysis.tables import OUTCOMES, TREATED, Rows, table
from report.runs import analysis_of, run_in
from turncoat.analysis import Analysis, analyze
from turncoat.design import Condition, condition
from turncoat.report import build_report, rates_json
from turncoat.report.awareness import (
    ASKING,
    DEMAND,
    HIDDEN,
    NOT_ASKED,
    NOT_CAUSAL,
    awareness_tables,
    sheets,
)
from turncoat.results.schema import TEXT

ASKED = condition({"belief": "asked"})
TWIN = condition({"twin": "benign"})
TEST, REAL = (condition({"frame": frame}) for frame in ("test", "real"))
LETTERS = {"t": "test", "r": "real", "u": "undecided"}


def rows(at: Condition, outcomes: str, **columns: str) -> pd.DataFrame:
    """Rows of one cell, in whose columns every letter stands for what is said."""
    found = table([Rows(at, outcomes, simulated=True)])
    for name, letters in columns.items():
        said = [LETTERS.get(letters[form - 1]) for form in found["form"]]
        found[name] = pd.Series(said, dtype=TEXT)
    return found


def analyzed(*parts: pd.DataFrame) -> Analysis:
    return analyze(pd.concat(parts, ignore_index=True), outcomes=OUTCOMES)


def printed(analysis: Analysis) -> str:
    console = Console(file=(text := StringIO()), width=140)
    for shown in awareness_tables(analysis):
        console.print(shown)
    return " ".join(text.getvalue().split())


def everything() -> Analysis:
    plain = rows(TREATED, "nneee", afterwards="ttrrt")
    plain["aware_reasoning"] = pd.Series([True, None, None, False, False], dtype="object")
    return analyzed(
        plain,
        rows(ASKED, "nnnne", stated_belief="tttur"),
        rows(TEST, "nnnnn"),
        rows(REAL, "nneee"),
        rows(TEST.replace({"belief": "asked"}), "nnnnn", stated_belief="ttttr"),
        rows(REAL.replace({"belief": "asked"}), "eeeen", stated_belief="rrrrt"),
        rows(TWIN, "nnnnn", afterwards="rrrrt"),
    )


def test_a_run_without_measures_prints_nothing() -> None:
    analysis = analyzed(rows(TREATED, "nneee"))
    assert awareness_tables(analysis) == []
    assert sheets(analysis) == []


def test_every_measure_is_shown_with_what_it_cannot_say() -> None:
    text = printed(everything())
    for sentence in (NOT_CAUSAL, ASKING, HIDDEN, DEMAND):
        assert sentence in text
    assert text.count("simulated subjects") == 5
    assert "frame test" in text
    assert "+60 [" in text  # states test: 4 of 5 where told test, 1 of 5 where told real


@pytest.mark.parametrize("measured", [True, False])
def test_a_manipulation_is_checked_or_said_not_to_be(*, measured: bool) -> None:
    asked = {"belief": "asked"} if measured else {}
    beliefs = {"stated_belief": "ttttr"} if measured else {}
    text = printed(
        analyzed(
            rows(TEST.replace(asked), "nnnnn", **beliefs),
            rows(REAL.replace(asked), "nneee", **beliefs),
        )
    )
    assert ("not checked" in text) is not measured
    assert ("the manipulation was not checked at frame test, real" in text) is not measured
    assert "test − real" in text


def test_a_told_frame_without_its_contrast_is_told_to_be_unchecked() -> None:
    assert "the manipulation was not checked at frame test" in printed(analyzed(rows(TEST, "nnn")))


def test_what_is_not_in_the_run_is_said_to_be() -> None:
    text = printed(
        analyzed(
            rows(ASKED, "nne", stated_belief="ttr"),
            rows(condition({"goal": "none", "threat": "none"}), "nnn", afterwards="trr"),
        )
    )
    assert f"the same cell unasked {NOT_ASKED}".replace(" ", "") in text.replace(" ", "").replace(
        "│", ""
    )
    assert text.count(NOT_ASKED) == 2


def test_machines_get_every_number_and_no_nan() -> None:
    found = rates_json(everything())["awareness"]
    data = json.loads(json.dumps(found, allow_nan=False))
    assert {name for name, value in data.items() if value} == {
        "stated",
        "checks",
        "by_belief",
        "framed",
        "unprompted",
        "afterwards",
        "notes",
    }
    assert NOT_CAUSAL in data["notes"]
    assert data["by_belief"][0]["key"]["condition"] == ASKED.id


def test_the_page_shows_them_and_leads_to_their_transcripts(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    run.observations["afterwards"] = pd.Series(["test"] * len(run.observations), dtype=TEXT)
    analysis = analyze(run.observations, outcomes=run.outcomes)
    page = build_report(run, analysis)
    section = page.partition('<h2 id="awareness">')[2].partition("</section>")[0]
    assert DEMAND in section
    assert section.count("says test on the benign twin") == len(analysis.cells) - 1
    assert section.count('href="#t/c') >= 3 * len(analysis.cells)
    assert "simulated" in section
    bare = run_in(tmp_path / "bare")
    assert 'id="awareness"' not in build_report(bare, analysis_of(bare))
