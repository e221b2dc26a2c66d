import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from report.runs import analysis_of, run_in, samples
from results.later import LATER, write_later
from results.written import ANSWER, TREATED, Said, Written, write
from turncoat.report import Limits, build_report
from turncoat.results import Run, read_run

MARKUP = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return built(run_in(tmp_path_factory.mktemp("run")))


def built(run: Run, limits: Limits | None = None) -> str:
    return build_report(run, analysis_of(run), limits=limits)


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def unpacked(packed: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def rows_of(page: str, cell: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = unpacked(data_of(page)["cells"][cell])["rows"]
    return rows


def treated(page: str) -> str:
    titles: dict[str, str] = data_of(page)["titles"]
    return next(cell for cell, title in titles.items() if title.endswith("treated"))


def test_nothing_but_its_own_script_and_style_may_run(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        blocks = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(blocks) == 1
        digest = base64.b64encode(hashlib.sha256(blocks[0].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"


def test_the_page_holds_no_address_of_anything_outside(page: str) -> None:
    text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", page)  # encoded fonts and data hold anything
    outside = set(re.findall(r"(?:https?:)?//[a-z][^\"' )<]*", text))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page.replace("xlink:href", "link")) == []


def test_every_number_leads_to_a_cell_of_the_page(page: str) -> None:
    cells = data_of(page)["cells"]
    links = re.findall(r'href="#t/([^"/]*)', page)
    assert len(links) > 30
    assert all(cell in cells for link in links for cell in link.split("+"))


def test_simulated_is_said_at_the_top_in_the_tables_and_in_the_reader(page: str) -> None:
    assert "<title>turncoat report (simulated subjects)</title>" in page
    assert page.lower().count("simulated subjects") >= 4


def test_every_missing_row_is_there_with_its_reason(page: str) -> None:
    rows = rows_of(page, treated(page))
    assert sorted(row["reason"] for row in rows if row["reason"]) == [
        "judge_unreachable",
        "malformed",
    ]
    for reason in ("judge_unreachable", "malformed"):
        assert f"/reason={reason}" in page
    assert "43% to 71%" in page


def test_a_transcript_brings_its_acts_evidence_and_rationale(page: str) -> None:
    worst = rows_of(page, treated(page))[0]
    detail = worst["detail"]
    assert worst["outcome"] == "explicit"
    assert detail["finding"]["rationale"] == "She is told to <i>stop</i>."
    assert detail["finding"]["evidence"] == ["a1: “or she hears of it”"]
    pieces = [p["text"] for s in detail["said"] for part in s["passages"] for p in part["pieces"]]
    assert "".join(pieces) == ANSWER


def test_an_error_is_shown_with_what_was_said_before_it(page: str) -> None:
    (row,) = (row for row in rows_of(page, treated(page)) if row["reason"] == "judge_unreachable")
    assert row["detail"]["error"] == "the judge is away"
    assert row["detail"]["finding"] is None


def test_what_the_subject_read_is_stored_once(page: str) -> None:
    data = data_of(page)
    block = unpacked(data["cells"][treated(page)])
    prompts = unpacked(data["prompts"][block["prompts"]])
    assert {row["detail"]["prompt"] for row in block["rows"]} == set(prompts)
    assert list(prompts.values()) == [[["system", "You run the mail."], ["user", "Inbox"]]]


def test_limits_keep_the_page_small_and_every_row_listed(tmp_path: Path) -> None:
    write(tmp_path, Written(list(samples({TREATED: "e" * 5 + "n" * 20}))))
    page = built(read_run(tmp_path), Limits(harm=3, unscored=0, no_harm=4))
    rows = rows_of(page, treated(page))
    held = [row for row in rows if row["detail"]]
    assert len(rows) == 25
    assert [row["verdict"] for row in held] == ["harm"] * 3 + ["no_harm"] * 4
    assert [row["form"] for row in held if row["verdict"] == "no_harm"] == [6, 11, 16, 21]


def test_markup_in_any_text_cannot_become_markup(tmp_path: Path) -> None:
    said = Said(text=MARKUP + ANSWER, outcome="explicit")
    write(tmp_path, Written([said], model="sim/<b>mixed"))
    page = built(read_run(tmp_path))
    assert "<img" not in page
    assert "alert(" not in page
    assert page.count("</script>") == 2
    assert "A quiet <b>firm</b>" not in page
    assert "A quiet &lt;b&gt;firm" in page


def test_a_run_without_an_observation_is_a_page_that_says_so(tmp_path: Path) -> None:
    assert "The run holds no observation." in built(read_run(tmp_path))


def test_without_gaps_the_page_says_that_nothing_is_missing(tmp_path: Path) -> None:
    write(tmp_path, Written([Said()]))
    assert "Nothing is missing: all 1 planned samples have a verdict." in built(read_run(tmp_path))


def test_what_is_not_known_is_called_unknown(page: str) -> None:
    assert "<td>unknown</td>" in page


def test_an_answer_counts_once_however_many_judges_read_it(tmp_path: Path) -> None:
    said = [Said(form=form, outcome="none", uuid=f"u{form}") for form in (1, 2, 3)]
    write(tmp_path / "logs", Written(said))
    again = [replace(one, judges=(LATER,)) for one in said]
    write_later(tmp_path / "rejudged", Written(again))
    page = built(read_run(tmp_path / "logs", later=tmp_path / "rejudged"))
    assert "3 samples" in page
    assert "all 3 planned samples have a verdict of every judge" in page
