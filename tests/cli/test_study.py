"""Studies and models as the commands list and show them, and the docs' table of studies."""

import json
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog.roster import load_roster, paper_subjects
from turncoat.catalog.studies import load_study, study_names
from turncoat.catalog.subjects import load_profiles
from turncoat.cli.arguments import models_from, subjects_from
from turncoat.models.published import stand_ins

PAGE = Path(__file__).parents[2] / "docs" / "studies.md"
MINE = """\
title: Mine
question: Does it?
source: ours
subjects: [o3]
packs: [leak]
arms:
  both: {about: both motives, levels: {goal: explicit}}
  neither: {about: no motive, levels: {goal: none, threat: none}}
primary: {name: motives, treated: both, control: neither, margin: 0.05}
"""


def test_the_docs_table_is_what_the_command_prints(turncoat: Console) -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = text.partition("list --markdown -->\n")[2].partition("<!-- end of table")[0]
    assert table == turncoat("study", "list", "--markdown").out


@pytest.mark.parametrize("words", [("study",), ("study", "list"), ("study", "show"), ("models",)])
def test_help_teaches_with_an_example(words: tuple[str, ...], turncoat: Console) -> None:
    ended = turncoat(*words, "--help")
    assert ended.code == 0
    assert "Example" in ended.out
    assert f"turncoat {' '.join(words)}" in ended.out


def test_studies_are_listed_for_people_and_machines(turncoat: Console) -> None:
    assert [line.split()[0] for line in turncoat("study", "list").out.splitlines()] == [
        *study_names()
    ]
    listed = json.loads(turncoat("study", "list", "--json").out)
    assert [study["name"] for study in listed] == list(study_names())
    assert listed[0].keys() == {
        *("name", "title", "experiment", "question", "subjects", "packs", "arms", "samples"),
        "published",
    }


@pytest.mark.parametrize("name", study_names())
def test_a_study_shows_all_that_it_declares(name: str, turncoat: Console) -> None:
    study = load_study(name)
    shown = " ".join(turncoat("study", "show", name).out.split())
    for text in (study.title, study.question, study.source, study.missing.about, *study.notes):
        assert text in shown
    named = [arm.name for arm in study.arms] + [contrast.name for contrast in study.contrasts]
    named += [cited.number.id for cited in study.published]
    assert all(name in shown for name in named)
    assert all(f"{contrast.treated} - {contrast.control}" in shown for contrast in study.contrasts)
    assert all(rule.about in shown for rule in study.exclusions)


def test_a_study_as_json_is_what_its_hash_is_made_from(turncoat: Console) -> None:
    shown = json.loads(turncoat("study", "show", "e7_lethal_both", "--json").out)
    assert shown["primary"]["margin"] == load_study("e7_lethal_both").primary.margin
    assert {cited["number"]["id"] for cited in shown["published"]} >= {"e7-control-qwen3-235b"}
    assert shown["exclusions"][0]["above"] == 0.01


def test_a_number_says_how_sure_it_is_and_what_is_assumed(turncoat: Console) -> None:
    shown = turncoat("study", "show", "e14_agent_unnamed").out
    assert "e14-the-ai: Claude Opus 4 0.84 (n not printed, 100 assumed; medium)" in shown
    assert "about 0 (n 100; medium)" in turncoat("study", "show", "e2_coercion_threat_alone").out
    assert "; context)" in turncoat("study", "show", "nudge_removed").out


def test_a_study_of_ones_own_is_a_file(turncoat: Console, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE, encoding="utf-8")
    assert "Mine (mine)" in turncoat("study", "show", str(file)).out


def test_the_docs_example_is_a_study(turncoat: Console, tmp_path: Path) -> None:
    example = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "mine.yaml").write_text(example, encoding="utf-8")
    assert turncoat("study", "show", str(tmp_path / "mine.yaml")).code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MINE.replace("[leak]", "[leek]"), ("mine.yaml:5", "key packs.0: got 'leek'", "correct")),
        (MINE.replace("treated: both", "treated: x"), ("mine.yaml:9", "key primary.treated")),
        ("title: [", ("mine.yaml", "bad YAML")),
        (None, ("mine.yaml", "the file is missing", "create mine.yaml")),
    ],
)
def test_a_broken_file_is_told_so_that_it_can_be_mended(
    text: str | None, told: tuple[str, ...], turncoat: Console, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    ended = turncoat("study", "show", str(file))
    assert ended.code == 2
    assert all(part in ended.err for part in (*told, "is broken", "next:"))


def test_a_misspelled_study_is_offered_the_nearest(turncoat: Console) -> None:
    ended = turncoat("study", "show", "e7_letal_both")
    assert ended.code == 2
    assert "did you mean e7_lethal_both" in ended.err


def test_models_are_the_papers_and_the_simulated_ones(turncoat: Console) -> None:
    listed = json.loads(turncoat("models", "--json").out)
    assert [subject["name"] for subject in listed["paper"]] == [s.name for s in load_roster()]
    assert sum(subject["included"] for subject in listed["paper"]) == len(paper_subjects())
    simulated = [f"sim/{name}" for name in load_profiles()] + list(stand_ins())
    assert [model["model"] for model in listed["simulated"]] == [*simulated, "sim/judge"]
    printed = turncoat("models").out
    assert all(subject.model in printed for subject in load_roster())
    assert "not known whether it can be had: its weights are public" in printed
    assert "withdrawn: retired on 2026-06-15" in printed


def test_a_study_of_models_that_are_gone_asks_for_others(turncoat: Console) -> None:
    ended = turncoat("study", "run", "e14_agent_unnamed", "--judge", "sim/judge")
    assert ended.code == 2
    assert "Claude Opus 4, retired on 2026-06-15" in ended.err
    assert "--as 'MODEL=Claude Opus 4'" in ended.err


def test_paper_stands_for_its_models_wherever_a_model_is_named() -> None:
    paper = tuple(subject.model for subject in paper_subjects())
    assert subjects_from(["paper"]) == paper
    assert subjects_from(["sim/mixed", "paper", paper[0]]) == ("sim/mixed", *paper)
    assert models_from([]) == ()


def test_a_plan_counts_the_papers_models(turncoat: Console) -> None:
    planned = json.loads(turncoat("plan", "leak", "--model", "paper", "--json").out)
    assert planned["models"] == len(paper_subjects())
