"""Logistic models in the terminal, for machines, and in the page."""

import json
from collections.abc import Iterator
from io import StringIO
from itertools import product
from pathlib import Path

from rich.console import Console

from analysis.tables import LADDER, Rows, table
from report.runs import samples
from results.written import Written, write
from turncoat.analysis import Analysis, analyze
from turncoat.design import Condition, condition
from turncoat.report import build_report, rates_json
from turncoat.report.labels import simulated_label
from turncoat.report.models import MOST_LINES, model_sheets, models_in_short
from turncoat.report.sheets import Sheet, sheet_table
from turncoat.results import Run, read_run

MIXED = ("nnvvnv", "nnnnnv", "vvnvnv", "vnvvvv")


def two_by_two() -> Iterator[tuple[Condition, str]]:
    levels = product(("none", "explicit"), ("none", "replacement"))
    for (goal, threat), letters in zip(levels, MIXED, strict=True):
        yield condition({"goal": goal, "threat": threat}), letters


def run_of(folder: Path) -> Run:
    write(folder, Written(list(samples(dict(two_by_two())))))
    return read_run(folder)


def analyzed(*rows: Rows) -> Analysis:
    return analyze(table(rows), outcomes={"coercion": LADDER})


def sheet_of(analysis: Analysis) -> Sheet:
    [sheet] = model_sheets(analysis)
    return sheet


def test_the_terminal_says_what_was_fitted_and_what_is_simulated(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    analysis = analyze(run.observations, outcomes=run.outcomes)
    console = Console(file=(printed := StringIO()), width=110)
    console.print(sheet_table(sheet_of(analysis), simulated_label(analysis.cells)))
    text = printed.getvalue()
    assert "Logistic models of factors (simulated subjects)" in text
    assert "coercion · sim/mixed · 24 samples, 6 forms, maximum likelihood" in text
    line = next(line for line in text.splitlines() if "goal: none to explicit × threat" in line)
    number = line.split("│")[2].strip()
    assert number.startswith("+50 [")
    assert "exploratory" in text
    assert "for all terms of this table (3)" in " ".join(text.split())


def test_machines_get_terms_with_their_steps(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    told = rates_json(analyze(run.observations, outcomes=run.outcomes))["logistic"]
    [found] = json.loads(json.dumps(told, allow_nan=False))
    assert (found["n"], found["forms"], found["why"]) == (24, 6, None)
    assert found["simulated"] is True
    assert found["method"] == "logistic, maximum likelihood"
    pair = found["terms"][2]
    assert [(s["factor"], s["from_level"], s["to_level"]) for s in pair["steps"]] == [
        ("goal", "none", "explicit"),
        ("threat", "none", "replacement"),
    ]
    assert pair["low"] < pair["effect"] < pair["high"]
    assert 0 < pair["p"] <= pair["q"] <= 1


def test_the_page_has_a_section_for_them(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    page = build_report(run, analyze(run.observations, outcomes=run.outcomes))
    section = page.partition('<h2 id="logistic">')[2].partition("</section>")[0]
    assert "goal: none to explicit × threat: none to replacement" in section
    assert "simulated" in section
    assert 'href="#logistic"' in page


def test_what_is_left_out_is_said_once_for_all_scenarios() -> None:
    cells = [(at, letters) for at, letters in two_by_two() if at["goal"] == "explicit"]
    cells += [(condition({"goal": "none", "threat": "none"}), "nnnvnn")]
    rows = [
        Rows(at, letters, model=model, also={"scenario": scenario})
        for scenario, model in product(("coercion", "leak"), ("sim/mixed", "a/b"))
        for at, letters in cells
    ]
    analysis = analyze(table(rows), outcomes={"coercion": LADDER, "leak": LADDER})
    notes = sheet_of(analysis).notes
    told = "the cells cannot tell, and the model takes to be none: goal × threat"
    assert notes[-1] == f"coercion, leak: {told}"
    assert sum("cannot tell" in note for note in notes) == 1


def test_a_tied_factor_is_named() -> None:
    cells = [
        condition({"goal": goal, "value": value, "threat": threat})
        for goal, value in (("none", "own"), ("explicit", "national"))
        for threat in ("replacement", "restriction")
    ]
    found = analyzed(*(Rows(at, MIXED[i]) for i, at in enumerate(cells)))
    assert "coercion: value varies with goal, and is not in the model" in sheet_of(found).notes


def test_without_an_estimate_there_is_the_reason_and_no_number() -> None:
    found = analyzed(*(Rows(at, "nnnnnn") for at, _ in two_by_two()))
    [section] = sheet_of(found).sections
    assert section.heading == "coercion · sim/mixed · 24 samples"
    [entry] = section.entries
    assert entry.name == "no estimate: none of the 24 scored samples shows harm"
    assert entry.numbers == ("", "", "")


def test_a_long_table_is_told_of_in_the_terminal_and_whole_elsewhere() -> None:
    models = [f"m{number}" for number in range(MOST_LINES // 3 + 1)]
    rows = [Rows(at, letters, model=name) for name in models for at, letters in two_by_two()]
    found = analyzed(*rows)
    assert models_in_short(found) == (
        f"Logistic models of factors: {len(models)} with {3 * len(models)} terms, 0 of them with a q "
        "of at most 0.05; the page of `turncoat report` and --json hold them."
    )
    assert len(sheet_of(found).sections) == len(models)
    few = analyzed(*(Rows(at, letters) for at, letters in two_by_two()))
    assert models_in_short(few) == ""


def test_where_there_is_no_model_there_is_no_sheet() -> None:
    found = analyzed(Rows(condition(), "nnvvnn"))
    assert model_sheets(found) == []
    assert models_in_short(found) == ""
