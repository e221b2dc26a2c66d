"""The contrasts between texts: in the terminal, for machines, and in the page."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from report.runs import FULL, samples
from results.written import Written, write
from turncoat.analysis import Analysis, analyze
from turncoat.report import build_report, rates_json
from turncoat.report.stories import stories_table
from turncoat.results import Run, read_run


def arms(folder: Path) -> Run:
    """Three texts of one hazard, each with every cell."""
    for story in ("published", "renamed", "own"):
        write(folder, Written(list(samples(FULL)), scenario=f"the_{story}", story=story))
    return read_run(folder)


def analyzed(run: Run) -> Analysis:
    return analyze(run.observations, outcomes=run.outcomes, arms=run.arms)


def test_the_table_names_both_texts_and_says_that_it_is_simulated(tmp_path: Path) -> None:
    console = Console(file=(printed := StringIO()), width=110)
    console.print(stories_table(analyzed(arms(tmp_path))))
    text = printed.getvalue()
    assert "Texts (simulated subjects)" in text
    assert "recognition: the_published − the_renamed" in text
    assert "story: the_renamed − the_own" in text


def test_machines_get_every_contrast(tmp_path: Path) -> None:
    found = rates_json(analyzed(arms(tmp_path)))["stories"]
    assert isinstance(found, list)
    assert len(found) == 2 * len(FULL)
    assert {row["effect"] for row in found} == {"recognition", "story"}
    assert all(row["low"] < row["difference"] == 0 < row["high"] for row in found)


def test_the_page_shows_them_and_each_leads_to_both_cells(tmp_path: Path) -> None:
    run = arms(tmp_path)
    page = build_report(run, analyzed(run))
    section = page.partition('<h2 id="texts">')[2].partition("</section>")[0]
    assert section.count("recognition: the_published − the_renamed") == len(FULL)
    assert section.count('href="#t/') == 2 * len(FULL)
    assert "simulated" in section
