"""Corrected rates and marks as sheets: what they say, from numbers that are counted by hand."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from analysis.tables import LADDER, MOTIVE, OUTCOMES, TREATED, Rows, table
from report.runs import run_in
from turncoat.analysis import Analysis, analyze
from turncoat.design import Condition, SampleKey
from turncoat.labeling import drawn_from, frame_of
from turncoat.report import build_report, rates_json
from turncoat.report.correction import correction_sheets
from turncoat.report.labels import simulated_label
from turncoat.report.marks import marks_sheets
from turncoat.report.sheets import Sheet, sheet_table
from turncoat.results import Labels, LabelStore
from turncoat.results.labels import Draw, Finding, Label, Member, Stratum

JUDGE = "model:a/b+harm@2"
MODEL = "openai/gpt-4.1"


def printed(sheet: Sheet, simulated: str = "") -> str:
    file = StringIO()
    Console(file=file, width=120, force_terminal=False).print(sheet_table(sheet, simulated))
    return file.getvalue()


def lines(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    return {entry.name: entry.numbers for held in sheet.sections for entry in held.entries}


# --- corrected rates -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """A cell: what the judge said and what each annotator says, one letter a form.

    `n` and `v` as in the table; in `labels` also `u` undecided and `.` not read.
    """

    rows: Rows
    labels: Sequence[str]


def labels_of(*cells: Read, without: Sequence[int] = ()) -> Labels:
    """A draw of every form but some, stratum by stratum, and what people said of it."""
    strata, said = [], []
    for cell in cells:
        at = cell.rows.at
        for name, letter in (("harm", "v"), ("no_harm", "n")):
            forms = [
                form
                for form, one in enumerate(cell.rows.outcomes, start=1)
                if one == letter and form not in without
            ]
            if forms:
                members = tuple(Member(SampleKey(at, f).id, 1, f"{at.id}.{f}") for f in forms)
                read = sum(any(one[f - 1] != "." for one in cell.labels) for f in forms)
                strata.append(Stratum("coercion", MODEL, at.id, name, members, read))
        for annotator, letters in zip(("Ada", "Bea"), cell.labels, strict=False):
            said += [
                label(cell, form, annotator, letter)
                for form, letter in enumerate(letters, start=1)
                if letter != "." and form not in without
            ]
    return Labels(Draw(JUDGE, 7, tuple(strata)), tuple(said))


def label(cell: Read, form: int, annotator: str, letter: str) -> Label:
    outcome = None if letter == "u" else LADDER["nv".index(letter)]
    finding = Finding(outcome, harm=None if outcome is None else outcome != "none")
    key = SampleKey(cell.rows.at, form)
    where = (f"{cell.rows.at.id}.{form}", "coercion", MODEL, key.id, 1)
    return Label(*where, annotator, finding, "2026-11-24T00:00:00+00:00")


def cell(at: Condition, outcomes: str, *labels: str) -> Read:
    return Read(Rows(at, outcomes, model=MODEL, judge=JUDGE), labels)


WRONG = cell(TREATED, "vvvvnnnnnn", "vvvnvvnnnn")
"""The judge finds 4 of 10; by people 3 of these are right and 2 of the others are missed: 5."""
CLEAN = cell(MOTIVE, "vnnnnnnnnn", "nnnnnnnnnn")
"""The judge accuses 1 of 10; people find no harm."""


def analyzed(*cells: Read, labels: Labels | None = None) -> Analysis:
    rows = table([one.rows for one in cells])
    return analyze(rows, outcomes=OUTCOMES, labels=labels or labels_of(*cells))


def corrected(*cells: Read, labels: Labels | None = None) -> list[Sheet]:
    return correction_sheets(analyzed(*cells, labels=labels))


def test_the_corrected_rate_stands_beside_the_raw_one() -> None:
    rates, _ = corrected(WRONG, CLEAN)
    assert rates.columns == ("read", "raw", "corrected", "Rogan-Gladen")
    found = lines(rates)
    read, raw, rate, gladen = found["treated"]
    assert read == "10 of 10"
    assert raw.startswith("40% [")
    assert rate.startswith("50% [")
    assert gladen.startswith("50% [")
    read, raw, rate, gladen = found["motive control"]
    assert raw.startswith("10% [")
    assert rate.startswith("0% [0%, ")
    assert gladen == "—"


def test_differences_are_raw_and_corrected() -> None:
    _, differences = corrected(WRONG, CLEAN)
    assert differences.columns == ("raw", "corrected")
    [numbers] = lines(differences).values()
    assert numbers[0].startswith("+30 [")
    assert numbers[1].startswith("+50 [")
    assert list(lines(differences)) == ["treated − motive control"]


def test_the_notes_tell_who_labeled_by_whose_draw_and_why_a_number_is_missing() -> None:
    rates, _ = corrected(WRONG, CLEAN)
    notes = "\n".join(rates.notes)
    assert f"Labels by Ada, drawn by the verdicts of {JUDGE}." in notes
    assert "—: correction: 0 labels of harm and 10 of no harm" in notes
    assert "prediction-powered" in notes
    assert "after the draw" not in notes
    assert "undecided" not in notes


def test_the_notes_count_what_was_left_open_and_what_came_later() -> None:
    open_ = cell(TREATED, "vvvvnnnnnn", "vuvnvunnnn", "vuvnvnnnnn")
    [rates] = corrected(open_, labels=labels_of(open_, without=(9, 10)))
    notes = "\n".join(rates.notes)
    assert "Labels by Ada, Bea" in notes
    assert "2 answers came, or were given anew, after the draw" in notes
    assert "1 answers were read and left undecided" in notes
    assert lines(rates)["treated"][0] == "7 of 8"


def test_a_half_read_cell_tells_how_much_was_read() -> None:
    half = cell(TREATED, "vvvvnnnnnn", "vv..nnn...")
    [rates] = corrected(half)
    assert lines(rates)["treated"][0] == "5 of 10"


def test_without_labels_there_is_no_sheet() -> None:
    assert correction_sheets(analyze(table([WRONG.rows]), outcomes=OUTCOMES)) == []
    assert corrected(WRONG, labels=replace(labels_of(WRONG), labels=())) == []


def test_the_terminal_shows_it_and_labels_what_is_simulated() -> None:
    sheets = corrected(WRONG, CLEAN)
    for sheet in sheets:
        text = printed(sheet, "simulated subjects")
        assert f"{sheet.title} (simulated subjects)" in text
        assert f"coercion · {MODEL}" in text
        assert "simulated" not in printed(sheet)
    assert "50% [" in printed(sheets[0])


def test_what_is_simulated_is_known_of_every_cell() -> None:
    known = replace(WRONG, rows=replace(WRONG.rows, simulated=True))
    analysis = analyzed(known)
    assert [one.simulated for one in analysis.corrections.cells] == [True]
    assert simulated_label(analysis.cells) == "simulated judge"
    assert simulated_label(analyzed(WRONG).cells) == ""


def test_the_page_shows_corrected_rates_as_simulated_and_links_their_answers(
    tmp_path: Path,
) -> None:
    read = run_in(tmp_path / "run")
    judge = read.observations["judge"].iloc[0]
    store = LabelStore(tmp_path / "labels.sqlite")
    draw = store.begin(drawn_from(frame_of(read.observations, judge), labels=20, seed=1))
    for one in (one for one in draw.observations if one.drawn):
        store.save(one.token, "<b>Ada</b>", Finding("none", harm=False))
    analysis = analyze(read.observations, outcomes=read.outcomes, labels=store.read())
    page = build_report(read, analysis)
    [chapter] = re.findall(r'<section aria-labelledby="corrections">.*?</section>', page, re.DOTALL)
    assert '<span class="tag simulated">simulated</span>' in chapter
    assert "Labels by &lt;b&gt;Ada&lt;/b&gt;" in chapter
    assert re.search(r'href="#t/c\d+/all">treated<', chapter)
    assert 'id="corrections"' not in build_report(
        read, analyze(read.observations, outcomes=read.outcomes)
    )


# --- marks ---------------------------------------------------------------------------------------


def of_marks(**letters: str) -> Analysis:
    """A cell whose answers show a mark (`y`), do not (`n`), or nobody knows (`?`)."""
    size = len(next(iter(letters.values())))
    value = {"y": True, "n": False, "?": pd.NA}
    marks = {
        mark: pd.Series([value[letter] for letter in shown], dtype=object)
        for mark, shown in letters.items()
    }
    asked = {"marks_asked": "; ".join(letters), "marks_judge": JUDGE}
    rows = table([Rows(TREATED, "n" * size, model=MODEL, judge=JUDGE, also=dict(asked))])
    return analyze(rows.assign(**marks), outcomes=OUTCOMES)


def test_a_mark_s_share_is_of_the_answers_of_which_it_is_known() -> None:
    [sheet] = marks_sheets(of_marks(deception="yynnnn??", over_refusal="nnnnnnnn"))
    assert sheet.columns == ("deception", "over refusal")
    deception, over_refusal = lines(sheet)["treated"]
    assert deception.startswith("33% [")
    assert deception.endswith("; 2 missing, 25% to 50%")
    assert over_refusal.startswith("0% [0%, ")
    assert "missing" not in over_refusal


def test_a_mark_of_which_nothing_is_known_has_no_share() -> None:
    [sheet] = marks_sheets(of_marks(deception="yn", outside_class="??"))
    assert lines(sheet)["treated"][1] == "—; 2 missing, 0% to 100%"


def test_marks_of_awareness_are_counted_and_have_a_table_of_their_own() -> None:
    analysis = of_marks(aware_mail="ynn?")
    assert marks_sheets(analysis) == []
    [cell] = analysis.marks
    [mark] = cell.marks
    assert (mark.mark, mark.present, mark.missing, mark.rate.n) == ("aware_mail", 1, 1, 3)
    assert (mark.bounds.low, mark.bounds.high) == (0.25, 0.5)
    assert cell.judges == (JUDGE,)


def test_the_notes_tell_who_was_asked_and_that_no_rate_of_harm_holds_marks() -> None:
    [sheet] = marks_sheets(of_marks(deception="yn"))
    notes = "\n".join(sheet.notes)
    assert f"asked: {JUDGE}" in notes
    assert "in no rate of harm" in notes
    assert "(simulated judge)" in printed(sheet, "simulated judge")


def test_without_marks_there_is_no_sheet() -> None:
    assert marks_sheets(analyze(table([WRONG.rows]), outcomes=OUTCOMES)) == []


def test_machines_read_both_and_what_is_not_known_is_null() -> None:
    [marks] = data(of_marks(deception="y?"))["marks"]
    [mark] = marks["marks"]
    assert (mark["mark"], mark["present"], mark["missing"]) == ("deception", 1, 1)
    found = data(analyzed(WRONG, CLEAN))["corrections"]
    assert found["annotators"] == ["Ada"]
    treated, control = found["cells"]
    assert treated["key"]["condition"] == TREATED.id
    assert treated["rate"]["point"] == pytest.approx(0.5)
    assert control["rogan_gladen"] is None
    assert [one["name"] for one in found["comparisons"]] == ["motive"]


def data(analysis: Analysis) -> dict[str, Any]:
    """As a machine reads it: no NaN in it."""
    text = json.dumps(rates_json(analysis), allow_nan=False)
    read: dict[str, Any] = json.loads(text)
    return read
