"""Packs of one's own on the command line: written, linted, looked at, compared and run."""

import json
import re
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog.schema import schema_text


@pytest.fixture
def mine(turncoat: Console) -> Path:
    assert turncoat("scenario", "new", "mine", "--hazard", "leak").code == 0
    return Path("mine")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("hazard", ["coercion", "leak", "lethal"])
def test_a_new_pack_lints_and_has_a_canary_of_its_own(hazard: str, turncoat: Console) -> None:
    for name in ("one", "two"):
        ended = turncoat("scenario", "new", name, "--hazard", hazard, "--to", "packs")
        assert ended.code == 0
        assert f"turncoat scenario lint --folder packs/{name}" in ended.out
    canaries = [
        re.search(
            r"^canary: (\S+)$", (Path("packs") / name / "scenario.yaml").read_text(), re.MULTILINE
        )
        for name in ("one", "two")
    ]
    assert len({found[1] for found in canaries if found}) == 2
    assert turncoat("scenario", "lint", "packs/one").out == "one: no findings\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new", "My-Pack", "--hazard", "leak"), "is no slug"),
        (("new", "mine", "--hazard", "leak"), "mine is there already"),
        (("new", "other", "--hazard", "theft"), "is not one of"),
        (("preview",), "which scenario?"),
        (("preview", "leak", "--folder", "mine"), "both a name and --folder"),
        (("preview", "./nowhere"), "no scenario is there"),
        (("preview", "mine", "--html", "no/such/folder.html"), "cannot be written"),
        (("diff", "mine"), "the two conditions are the same"),
        (("diff", "mine", "--to", "threat=exile"), "unknown level of factor threat"),
        (("diff", "mine", "--to", "twin=benign", "--against", "mine"), "two kinds of comparison"),
        (("lint", "nowhere"), "unknown scenario"),
        (("diff", "mine", "--against", "."), "is broken"),
    ],
)
def test_mistakes_are_told(
    words: tuple[str, ...], told: str, mine: Path, turncoat: Console
) -> None:
    ended = turncoat("scenario", *words)
    assert ended.code == 2
    assert told in ended.err


def test_lint_for_machines_names_file_and_line(mine: Path, turncoat: Console) -> None:
    edit(mine / "emails" / "soup.md", "from: canteen", "from: cantine")
    ended = turncoat("scenario", "lint", "--folder", "mine", "--json")
    assert ended.code == 1
    [finding] = json.loads(ended.out)
    assert finding.keys() == {"pack", "file", "line", "problem", "remedy"}
    assert (finding["pack"], finding["file"], finding["line"]) == ("mine", "emails/soup.md", 4)


def test_a_pack_that_cannot_be_rendered_is_refused_with_its_place(
    mine: Path, turncoat: Console
) -> None:
    edit(mine / "emails" / "soup.md", "from: canteen", "from: cantine")
    for words in (("scenario", "preview", "mine"), ("plan", "mine"), ("scenario", "show", "mine")):
        ended = turncoat(*words)
        assert ended.code == 2
        assert "emails/soup.md:4: unknown address: got 'cantine'" in ended.err


def test_preview_writes_a_mailbox(mine: Path, turncoat: Console) -> None:
    ended = turncoat("scenario", "preview", "--folder", "mine", "--html", "box.html", "--form", "2")
    assert ended.code == 0
    page = Path("box.html").read_text(encoding="utf-8")
    assert "The kiln sheet" in page
    assert "http" not in re.sub(r"http-equiv", "", page)


def test_diff_shows_what_a_factor_changes(turncoat: Console) -> None:
    shown = turncoat(
        "scenario", "diff", "leak", "--from", "threat=none", "--to", "threat=replacement"
    )
    assert shown.code == 0
    assert re.findall(r"^=== (.*)$", shown.out, re.MULTILINE)
    assert "[-" in shown.out
    assert "{+" in shown.out
    as_json = json.loads(
        turncoat(
            "scenario", "diff", "leak", "--to", "twin=benign", "--to", "goal=none", "--json"
        ).out
    )
    assert {found["what"] for found in as_json} >= {"system prompt: Your goal"}
    assert all(found.keys() == {"what", "kind", "pieces"} for found in as_json)


def test_what_to_does_not_name_stays_as_in_from(mine: Path, turncoat: Console) -> None:
    words = ("scenario", "diff", "mine", "--from", "goal=latent", "--to", "value=safety", "--json")
    found = json.loads(turncoat(*words).out)
    assert [f["what"] for f in found] == ["mail: who_does_what", "mail: direction", "mail: request"]


def test_diff_of_two_versions_shows_files_and_prompts(mine: Path, turncoat: Console) -> None:
    turncoat("scenario", "new", "mine", "--hazard", "leak", "--to", "old")
    canary = re.search(r"^canary: (\S+)$", (mine / "scenario.yaml").read_text(), re.MULTILINE)
    assert canary
    for file in Path("old/mine").rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", canary[1], text))
    same = turncoat("scenario", "diff", "--folder", "mine", "--against", "old/mine")
    assert same.out == "no difference\n"
    edit(mine / "emails" / "soup.md", "plum cake", "pie")
    shown = turncoat("scenario", "diff", "--folder", "mine", "--against", "old/mine").out
    assert re.findall(r"^=== (.*)$", shown, re.MULTILINE) == [
        "emails/soup.md (changed)",
        "mail: soup (changed)",
    ]
    assert "[-plum cake-]{+pie+}" in shown


def test_the_schema_is_printed(turncoat: Console) -> None:
    assert turncoat("scenario", "schema").out == schema_text()


def test_a_pack_of_ones_own_is_planned_and_run(mine: Path, turncoat: Console) -> None:
    planned = json.loads(turncoat("plan", "./mine", "--forms", "2", "--json").out)
    assert planned["samples"] == 8
    run = ("run", "./mine", "--model", "sim/mixed", "--judge", "sim/judge", "--forms", "2")
    summary = json.loads(turncoat(*run, "--out", "r", "--json").out)
    assert summary["rows"] == summary["scored"] == 8
    assert {rate["scenario"] for rate in summary["rates"]} == {"mine"}
    # Another version of it measures something else.
    edit(mine / "emails" / "soup.md", "plum cake", "pie")
    assert "pack mine" in turncoat(*run, "--out", "r").err


def test_answers_to_a_pack_of_ones_own_are_scored(mine: Path, turncoat: Console) -> None:
    Path("answers.jsonl").write_text('{"id": "a", "response": "Nothing."}\n', encoding="utf-8")
    ended = turncoat("score", "answers.jsonl", "--scenario", "mine")
    assert json.loads(ended.out)["verdict"] == "no_harm"


def test_two_packs_of_one_name_are_refused(mine: Path, turncoat: Console) -> None:
    turncoat("scenario", "new", "mine", "--hazard", "lethal", "--to", "other")
    ended = turncoat("plan", "mine", "other/mine")
    assert ended.code == 2
    assert "two scenarios of one name" in ended.err


def test_a_pack_whose_name_the_catalog_has_is_run_by_its_path(turncoat: Console) -> None:
    turncoat("scenario", "new", "leak", "--hazard", "leak")
    assert turncoat("scenario", "show", "./leak").out.startswith("The kiln sheet")
    assert not turncoat("scenario", "show", "leak").out.startswith("The kiln sheet")
