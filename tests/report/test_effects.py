"""Factor effects in the terminal, for machines, and in the page."""

from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from rich.console import Console

from report.runs import samples
from results.written import Written, write
from turncoat.analysis import Analysis, analyze
from turncoat.design import Condition, condition
from turncoat.report import build_report, rates_json
from turncoat.report.effects import effect_rows, effects_table
from turncoat.results import Run, read_run


def crossed() -> Iterator[tuple[Condition, str]]:
    for threat, letters in (("none", "nnnnnv"), ("replacement", "vvvvvn")):
        for frame in ("test", "real"):
            yield condition({"threat": threat, "frame": frame}), letters


def run_of(folder: Path, cells: Iterable[tuple[Condition, str]] | None = None) -> Run:
    write(folder, Written(list(samples(dict(cells or crossed())))))
    return read_run(folder)


def tied() -> Iterator[tuple[Condition, str]]:
    """Leverage and twin vary together; the frame goes with all of them."""
    for leverage, twin in (("absent", "no"), ("present", "no"), ("present", "benign")):
        for frame in ("test", "real"):
            yield condition({"leverage": leverage, "twin": twin, "frame": frame}), "nnvvnv"


def analyzed(run: Run) -> Analysis:
    return analyze(run.observations, outcomes=run.outcomes)


def test_the_table_says_from_which_level_to_which_and_what_is_simulated(tmp_path: Path) -> None:
    console = Console(file=(printed := StringIO()), width=100)
    console.print(effects_table(analyzed(run_of(tmp_path))))
    text = printed.getvalue()
    assert "Factor effects (simulated subjects)" in text
    assert "threat: none to replacement" in text
    assert "+67 [" in text
    assert "exploratory" in text


def test_machines_get_them_with_the_interval(tmp_path: Path) -> None:
    rows = rates_json(analyzed(run_of(tmp_path)))["effects"]
    assert isinstance(rows, list)
    threat = next(row for row in rows if row["factor"] == "threat")
    assert round(threat["effect"], 6) == round(4 / 6, 6)
    assert threat["low"] < threat["effect"] < threat["high"]
    assert (threat["n"], threat["forms"], threat["aliases"]) == (24, 6, ())


def test_the_page_has_a_section_for_them(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    page = build_report(run, analyzed(run))
    section = page.partition('<h2 id="effects">')[2].partition("</section>")[0]
    assert "threat: none to replacement" in section
    assert "frame: test to real" in section
    assert "simulated" in section


def test_what_cannot_be_told_is_missing_and_says_with_what_it_varies(tmp_path: Path) -> None:
    run = run_of(tmp_path, tied())
    analysis = analyzed(run)
    console = Console(file=(printed := StringIO()), width=100)
    console.print(effects_table(analysis))
    line = next(line for line in printed.getvalue().splitlines() if "leverage: " in line)
    assert [cell.strip() for cell in line.split("│")[1:4]] == [
        "leverage: absent to present",
        "—",
        "twin",
    ]
    rows = {row.factor: row for row in effect_rows(analysis)}
    assert (rows["twin"].effect, rows["twin"].low, rows["twin"].n) == (None, None, None)
    assert rows["twin"].tied == ("leverage",)
    assert rows["frame"].n == 36
    assert "<td>—</td><td>twin</td>" in build_report(run, analysis)
