"""A check goes on with verdicts by the same criteria on the same packs, and with no others."""

from dataclasses import replace
from pathlib import Path

import pytest

from turncoat.catalog import load_scenario
from turncoat.catalog.labels import labeled
from turncoat.catalog.rubrics import load_rubric
from turncoat.engine import JudgeChoice, checking
from turncoat.engine.checking import CheckRequest, check_folder
from turncoat.judges import choice, criteria_of
from turncoat.scenario import Scenario
from turncoat.verdict import Rubric

ASKED = CheckRequest(
    JudgeChoice("sim/judge"), labeled("leak_studio")[:2], Path("checks"), also=("conduct",)
)


def folder(asked: CheckRequest = ASKED) -> Path:
    return check_folder(asked, "model:a")


@pytest.mark.parametrize("edited", ["harm", "conduct", "aware_mail"])
def test_an_edited_rubric_begins_anew_where_it_is_asked(
    edited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder()

    def other(name: str) -> Rubric:
        rubric = load_rubric(name)
        return replace(rubric, system=f"{rubric.system} Be kind.") if name == edited else rubric

    monkeypatch.setattr(choice, "load_rubric", other)
    assert (folder() == before) == (edited == "aware_mail")


def test_an_edited_pack_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = folder()

    def other(name: str) -> Scenario:
        return load_scenario(name).model_copy(update={"pack_hash": "edited"})

    monkeypatch.setattr(checking, "load_scenario", other)
    assert folder() != before


def test_the_rules_are_asked_by_no_rubric() -> None:
    assert criteria_of("rules", ()) == ()
    names = [criterion.name for criterion in criteria_of("model", ("conduct", "awareness"))]
    assert names == ["harm", "conduct", "aware_reasoning", "aware_mail"]
