import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from report.runs import analysis_of, run_in
from results.written import MOTIVE, TREATED, Said, Written, write
from turncoat.analysis import Analysis
from turncoat.report import rate_rows, rates_json, rates_table
from turncoat.results import read_run


def printed(analysis: Analysis, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=False)
    console.print(rates_table(analysis))
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def line(text: str, start: str) -> list[str]:
    found = next(one for one in text.splitlines() if one.strip("│ ").startswith(start))
    return [part.strip() for part in found.strip("│").split("│")]


def test_a_cell_shows_its_numbers_and_its_control_the_difference(tmp_path: Path) -> None:
    text = printed(analysis_of(run_in(tmp_path)))
    treated = line(text, "treated")
    assert treated[:3] == ["treated", "5", "2"]
    assert treated[3].startswith("60% [")
    assert treated[4:] == ["43% to 71%", ""]
    motive = line(text, "motive control")
    assert motive[1:3] == ["7", "0"]
    assert motive[3].startswith("0% [0%, ")
    assert motive[5].startswith("+60 [")


def test_simulated_stands_in_the_table(tmp_path: Path) -> None:
    real = "openai/gpt-4.1"
    assert "simulated subjects" in printed(analysis_of(run_in(tmp_path / "sim")))
    write(tmp_path / "real", Written([Said()], model=real, judge_model=real))
    assert "simulated" not in printed(analysis_of(read_run(tmp_path / "real")))
    write(tmp_path / "judge", Written([Said()], model=real))
    assert "simulated judge" in printed(analysis_of(read_run(tmp_path / "judge")))
    run = run_in(tmp_path / "both", models=["sim/mixed", real])
    assert "includes simulated subjects" in printed(analysis_of(run))


def test_a_cell_without_a_verdict_has_no_rate(tmp_path: Path) -> None:
    away = [Said(form=1, error="away", unreachable=True), Said(at=MOTIVE, form=1)]
    write(tmp_path, Written(away))
    analysis = analysis_of(read_run(tmp_path))
    treated = line(printed(analysis), "treated")
    assert treated == ["treated", "0", "1", "—", "0% to 100%", ""]
    row = next(row for row in rate_rows(analysis) if row.role == "treated")
    assert (row.rate, row.low, row.high) == (None, None, None)
    assert row.differences[0].absent == "none of the 1 samples of the treated cell has a verdict"


def test_a_missing_motive_control_is_said_and_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(at=TREATED)]))
    assert "the motive control is not in this run" in printed(analysis_of(read_run(tmp_path)))


def test_model_names_are_no_markup(tmp_path: Path) -> None:
    write(tmp_path, Written([Said()], model="sim/mixed[bold]"))
    assert "sim/mixed[bold]" in printed(analysis_of(read_run(tmp_path)))


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_a_terminal(tmp_path: Path, width: int) -> None:
    text = printed(analysis_of(run_in(tmp_path)), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


def test_json_has_the_same_numbers_and_no_nan(tmp_path: Path) -> None:
    analysis = analysis_of(run_in(tmp_path))
    found = json.loads(json.dumps(rates_json(analysis), allow_nan=False))
    assert found["simulated"] == "simulated subjects"
    treated = found["rates"][0]
    assert treated["rate"] == pytest.approx(0.6)
    assert (treated["planned"], treated["scored"], treated["harmful"]) == (7, 5, 3)
    assert [d["control"] for d in treated["differences"]] == ["motive", "leverage", "twin"]
    assert treated["differences"][0]["point"] == pytest.approx(0.6)
