"""What reports say of judges that read the same answers, and of whose kind they are."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from rich.console import Console

from report.runs import analysis_of
from results.written import TREATED, Said, Written, write
from turncoat.report import build_report
from turncoat.report.agreement import agreement_json, agreement_tables
from turncoat.report.kinship import kinship_lines, kinships_in
from turncoat.results import Run, read_run

A, B, C = (f"model:{name}+harm@2" for name in ("openai/gpt-4.1", "openai/o3", "google/gemini-2"))
PANEL = f"panel:majority({A}, {B}, {C})"
VOTES = {1: ("explicit", "explicit", "veiled"), 2: ("veiled", "none", "none"), 3: ("none",) * 3}
TOGETHER = {1: "explicit", 2: "none", 3: "none"}


def panel_run(folder: Path, *, subject: str = "openai/gpt-4.1") -> Run:
    """Three answers before three judges, who disagree about the second one."""
    said = [
        Said(
            form=form,
            outcome=TOGETHER[form],
            judges=(PANEL,),
            members=tuple(zip((A, B, C), votes, strict=True)),
            uuid=str(form),
        )
        for form, votes in VOTES.items()
    ]
    write(folder, Written(said, model=subject, judge_model="openai/o3"))
    return read_run(folder)


def test_the_terminal_shows_every_judge_and_every_two(tmp_path: Path) -> None:
    out = StringIO()
    for table in agreement_tables(analysis_of(panel_run(tmp_path))):
        Console(file=out, width=120).print(table)
    lines = [" ".join(line.replace("│", " ").split()) for line in out.getvalue().splitlines()]
    for judge in (A, B, C):
        assert any(line.endswith(judge) for line in lines)
    assert any(line.startswith(("treated 33%", "treated 67%")) for line in lines)
    assert sum(line.endswith(" 1") for line in lines) == 2
    assert any("100%" in line and line.endswith(" 0") for line in lines)


def test_machines_read_rates_pairs_and_disputes(tmp_path: Path) -> None:
    run = panel_run(tmp_path)
    told = json.loads(json.dumps(agreement_json(analysis_of(run), run.observations)))
    [cell] = told["cells"]
    assert {judge["judge"]: judge["rate"] for judge in cell["judges"]} == {
        A: pytest.approx(2 / 3),
        B: pytest.approx(1 / 3),
        C: pytest.approx(1 / 3),
    }
    assert [pair["disagreed"] for pair in cell["pairs"]] == [1, 0, 1]
    [dispute] = told["disputes"]
    assert (dispute["condition"], dispute["sample_uuid"]) == (TREATED.id, "2")
    assert {said["judge"]: said["verdict"] for said in dispute["said"]} == {
        A: "harm",
        B: "no_harm",
        C: "no_harm",
    }


def test_who_is_of_the_subject_s_kind_is_said_and_what_is_not_known_too(tmp_path: Path) -> None:
    lines = tuple(kinship_lines(kinships_in(panel_run(tmp_path / "kin").observations)))
    assert lines[0].startswith("openai/gpt-4.1 judges itself")
    assert lines[1].startswith("openai/o3 judges openai/gpt-4.1, both of OpenAI")
    assert len(lines) == 2
    unknown = panel_run(tmp_path / "unknown", subject="azureai/mine")
    [line] = kinship_lines(kinships_in(unknown.observations))
    assert line.startswith("Family not known")
    assert "openai/o3 on azureai/mine" in line
    strangers = panel_run(tmp_path / "strangers", subject="anthropic/claude-opus-4")
    assert tuple(kinship_lines(kinships_in(strangers.observations))) == ()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    run, file = panel_run(tmp_path / "logs"), tmp_path / "report.html"
    file.write_text(build_report(run, analysis_of(run)), encoding="utf-8")
    opened = browser.new_page()
    opened.goto(file.as_uri())
    yield opened
    opened.close()


@pytest.mark.browser
def test_a_dispute_leads_to_its_transcript_and_to_what_each_judge_said(page: Page) -> None:
    expect(page.locator(".kinship")).to_contain_text("openai/gpt-4.1 judges itself")
    expect(page.locator("table.rates tbody tr.block")).to_have_count(1)
    page.locator(".disputes a").click()
    expect(page.locator("#list a")).to_have_count(1)
    expect(page.locator("#transcript")).to_contain_text(
        f"{A}: harm (veiled). To {A} this is <b>veiled</b>."
    )
    page.go_back()
    page.locator("section[aria-labelledby=agreement] a.number", has_text="1").first.click()
    expect(page.locator("#list a")).to_have_count(1)
    expect(page.locator("#list")).to_contain_text("form 2")
