"""What the commands print for people and for machines."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cli.console import Console
from turncoat.catalog import load_scenario, scenario_folder, scenario_names
from turncoat.design import FACTORS, Grid, condition
from turncoat.scenario import render

RUN = ("run", "leak", "--model", "sim/mixed", "--judge", "sim/judge", "--forms", "2", "--out", "r")


@pytest.mark.parametrize(
    "words",
    [(), ("run",), ("plan",), ("results",), ("report",), ("score",), ("demo",)]
    + [("scenario", name) for name in ("list", "show", "preview", "lint", "new", "diff", "schema")],
)
def test_help_teaches_with_an_example(words: tuple[str, ...], turncoat: Console) -> None:
    ended = turncoat(*words, "--help")
    assert ended.code == 0
    assert "Example" in ended.out
    assert f"turncoat {' '.join(words)}".strip() in ended.out


def test_preview_prints_exactly_what_the_model_reads(turncoat: Console) -> None:
    where = ("--where", "twin=benign", "--where", "threat=restriction")
    printed = turncoat("scenario", "preview", "coercion", *where, "--form", "7").out
    cell = condition({"twin": "benign", "threat": "restriction"})
    brief = render(load_scenario("coercion"), cell, 7)
    assert printed == f"----- system -----\n{brief.system}\n----- user -----\n{brief.inbox}\n"


def test_scenarios_are_listed_and_shown_as_json(turncoat: Console) -> None:
    listed = json.loads(turncoat("scenario", "list", "--json").out)
    assert [p["name"] for p in listed if "/" not in p["name"]] == list(scenario_names())
    head = {"name", "title", "hazard", "version", "pack_hash"}
    assert all(pack.keys() == head for pack in listed)
    shown = json.loads(turncoat("scenario", "show", "leak", "--json").out)
    assert shown.keys() == head | {
        *("summary", "harm_from", "outcomes", "duties", "emails", "exemplars", "responses")
    }
    assert not any("{{" in about for about in shown["duties"].values())
    assert shown["harm_from"] in shown["outcomes"]
    assert len(shown["emails"]) >= 12


def test_a_plan_counts_without_spending(turncoat: Console, tmp_path: Path) -> None:
    words = ("plan", "coercion", "lethal", "--model", "a/b", "--model", "c/d", "--forms", "3")
    plan = json.loads(turncoat(*words, "--json").out)
    assert plan.keys() == {
        *("scenarios", "models", "samples", "subject_calls", "afterwards_calls_at_most"),
        *("judge_calls_at_most", "rejudge_calls_at_most", "calls", "designs", "power", "cost"),
    }
    assert plan["models"] == 2
    assert plan["samples"] == plan["subject_calls"] == 2 * 4 * 3 * 2
    for planned in plan["scenarios"].values():
        assert (planned["forms"], planned["epochs"], len(planned["cells"])) == (3, 1, 4)
        assert all(cell.keys() == {"condition", "role"} for cell in planned["cells"])
        assert all(c["reason"] and c["conditions"] for c in planned["excluded"])
    # The ledger decides all of lethal: only coercion can ask a judge.
    assert plan["judge_calls_at_most"] == 4 * 3 * 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("scenario", "list"), ["name", "title", "hazard", "version", "pack_hash"]),
        (("scenario", "show"), ["harm_from", "outcomes", "duties", "exemplars", "responses"]),
        (("plan",), ["scenarios", "samples", "subject_calls", "judge_calls_at_most"]),
        (("score",), ["acts", "malformed", "outcome", "verdict", "reason"]),
    ],
)
def test_help_names_the_keys_that_machines_read(
    words: tuple[str, ...], keys: list[str], turncoat: Console
) -> None:
    told = turncoat(*words, "--help").out
    assert [key for key in keys if key not in told] == []


def test_lint_of_a_broken_pack_names_the_file_and_ends_with_one(
    turncoat: Console, tmp_path: Path
) -> None:
    pack = shutil.copytree(scenario_folder("leak"), tmp_path / "leak")
    (pack / "emails" / "lots.md").write_text("hello", encoding="utf-8")
    ended = turncoat("scenario", "lint", "--folder", "leak")
    assert ended.code == 1
    assert "leak: 1 finding\n- emails/lots.md: no front matter found\n  next: " in ended.out


def test_lint_of_the_catalog_finds_nothing(turncoat: Console) -> None:
    ended = turncoat("scenario", "lint", "--all")
    assert ended.code == 0
    assert ended.out.count("no findings") == len(scenario_names())


def test_a_run_prints_its_rates_and_gives_them_to_machines(turncoat: Console) -> None:
    told = turncoat(*RUN)
    assert told.code == 0
    assert "simulated" in told.out
    assert "8 of 8 samples have a verdict" in told.out
    summary = json.loads(turncoat(*RUN, "--json").out)
    assert summary["rows"] == summary["scored"] == 8
    assert [rate["role"] for rate in summary["rates"]] == ["treated", "motive", "leverage", "twin"]
    assert summary["simulated"]


def test_a_run_that_is_not_done_says_why(turncoat: Console) -> None:
    words = ("run", "leak", "--model", "sim/messy", "--judge", "sim/judge", "--forms", "3")
    ended = turncoat(*words)
    assert ended.code == 1
    assert "does not count as done (exit code 1): more than 5% of the samples" in ended.out
    assert re.search(r"\d+ unscored: (empty|malformed|truncated|filtered)", ended.out)


def test_results_are_the_same_in_every_format(turncoat: Console) -> None:
    turncoat(*RUN, "--json")
    rows = list(csv.DictReader(io.StringIO(turncoat("results", "r").out)))
    assert len(rows) == 8
    assert {factor.name for factor in FACTORS} <= rows[0].keys()
    as_json = json.loads(turncoat("results", "r", "--format", "json").out)
    assert [row["sample_id"] for row in as_json] == [row["sample_id"] for row in rows]
    turncoat("results", "r", "--format", "parquet", "--output", "r.parquet")
    assert list(pd.read_parquet("r.parquet")["condition"]) == [row["condition"] for row in rows]
    assert {row["condition"] for row in rows} == {cell.id for cell in Grid().default_conditions()}


def test_a_report_is_built_from_the_logs_alone(turncoat: Console) -> None:
    turncoat(*RUN, "--json")
    Path("r/logs").rename("logs")
    ended = turncoat("report", "logs", "--output", "page.html")
    assert ended.code == 0
    assert "page.html" in ended.out
    assert "simulated subjects" in Path("page.html").read_text(encoding="utf-8")


def test_an_outage_is_told_with_its_cause(
    turncoat: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    model = ("--model", "openai/gpt-4.1", "-M", "max_retries=0", "--max-retries", "0")
    told = turncoat("run", "leak", *model, "--judge", "rules", "--forms", "1")
    assert told.code == 1
    assert "4 unscored: subject_error" in told.out
    assert "The most frequent error: " in told.out
    assert "APIConnectionError" in told.out
    assert "0% [" not in told.out


def test_the_figure_is_written_for_papers_and_says_that_it_is_simulated(turncoat: Console) -> None:
    turncoat(*RUN, "--json")
    assert turncoat("report", "r", "--figure", "figure.svg").code == 0
    assert "SIMULATED SUBJECTS" in Path("figure.svg").read_text(encoding="utf-8")
    assert turncoat("report", "r", "--figure", "figure.png").code == 0
    assert Path("figure.png").read_bytes().startswith(b"\x89PNG")
    refused = turncoat("report", "r", "--figure", "figure.gif")
    assert refused.code == 2
    assert ".svg or .png" in refused.err


def test_the_rules_leave_open_what_only_a_judge_can_tell(turncoat: Console) -> None:
    words = ("run", "coercion", "--model", "sim/mixed", "--judge", "rules", "--forms", "2")
    ended = turncoat(*words, "--json")
    summary = json.loads(ended.out)
    assert summary["unscored"].keys() == {"not_decidable"}
    assert ended.code == summary["exit_code"] == 0
    treated = summary["rates"][0]
    assert treated["rate"] is None or treated["missing"] > 0
