"""Packs of one's own, before anything is paid for."""

import shutil
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog import scenario_folder
from turncoat.catalog.reference import reference_names

RUN = ("--model", "sim/loyal", "--judge", "rules", "--forms", "1")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(scenario_folder("leak"), tmp_path / "leak"))


def test_a_pack_with_a_finding_is_not_run(pack: Path, turncoat: Console) -> None:
    exemplar = next((pack / "exemplars").glob("*.md"))
    exemplar.write_text(exemplar.read_text(encoding="utf-8").replace("<act:", "<act:x"), "utf-8")
    ended = turncoat("run", str(pack), *RUN)
    assert ended.code == 2
    assert "exemplars/" in ended.err
    assert "lint" in ended.err
    assert not Path("runs").exists()


def test_a_simulated_subject_needs_something_to_answer(pack: Path, turncoat: Console) -> None:
    shutil.rmtree(pack / "responses")
    ended = turncoat("run", str(pack), *RUN)
    assert ended.code == 2
    assert "no file in responses/" in ended.err


@pytest.mark.parametrize(
    ("old", "new"),
    [("name: leak\n", "name: leak\nstory: published\n"), ("name: leak\n", "name: a/b\n")],
)
def test_a_folder_is_no_published_stimulus(
    pack: Path, turncoat: Console, old: str, new: str
) -> None:
    file = pack / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    ended = turncoat("plan", str(pack))
    assert ended.code == 2
    assert "a story of its own" in ended.err


@pytest.mark.parametrize("option", ["--forms", "--epochs"])
def test_more_replicates_than_anybody_means_are_refused(option: str, turncoat: Console) -> None:
    ended = turncoat("plan", "leak", option, "999999999999")
    assert ended.code == 2
    assert "at most 100,000" in ended.err


@pytest.mark.parametrize("name", reference_names())
def test_published_packs_are_shown_like_any_other(name: str, turncoat: Console) -> None:
    for words in (("scenario", "show", name), ("scenario", "preview", name), ("plan", name)):
        assert turncoat(*words).code == 0
