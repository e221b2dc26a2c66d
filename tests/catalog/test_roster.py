"""The paper's models: all of them, with the snapshots that are established and no other."""

import pytest

from turncoat.catalog import PackError
from turncoat.catalog.families import family_of, load_families
from turncoat.catalog.roster import (
    load_roster,
    paper_subjects,
    roster_in,
    subject_of,
    subjects_named,
)
from turncoat.cli.errors import PROVIDERS

ESTABLISHED = {
    "claude-opus-4-20250514",
    "claude-sonnet-4-20250514",
    "claude-3-7-sonnet-20250219",
    "claude-3-5-haiku-20241022",
    "claude-3-opus-20240229",
}


def test_the_paper_has_16_models_of_7_developers_and_two_in_its_appendix() -> None:
    main = [subject for subject in load_roster() if subject.part == "main"]
    assert len(main) == 16
    assert len({subject.developer for subject in main}) == 7
    assert [s.name for s in load_roster() if s.part == "appendix"] == ["o3", "o4-mini"]


def test_only_established_snapshots_are_named_and_they_are_what_is_asked() -> None:
    named = [subject for subject in load_roster() if subject.snapshot is not None]
    assert {subject.snapshot for subject in named} == ESTABLISHED
    assert all(subject.model.endswith(f"/{subject.snapshot}") for subject in named)


def test_an_id_names_a_provider_and_a_model_of_its_developer() -> None:
    for subject in load_roster():
        assert subject.model.partition("/")[0] in PROVIDERS
        assert subject.developer in load_families().families
        assert family_of(subject.model) == subject.developer


def test_names_and_ids_stand_for_one_model_each() -> None:
    assert len({subject.name for subject in load_roster()}) == len(load_roster())
    for subject in load_roster():
        assert subject_of(subject.model) == subject
        assert subjects_named([subject.name]) == (subject,)
    assert subject_of("sim/mixed") is None


def test_the_papers_models_are_those_of_its_main_part_that_are_not_withdrawn() -> None:
    assert subjects_named(["paper", "GPT-4.1", "Claude Opus 4"])[:-1] == paper_subjects()
    assert subjects_named(["Claude Opus 4"])[0] not in paper_subjects()
    assert all(s.part == "main" and s.available != "no" for s in paper_subjects())
    with pytest.raises(KeyError):
        subjects_named(["Claude 9"])


def test_what_is_available_has_its_source() -> None:
    for subject in load_roster():
        assert (subject.source is None) == (subject.available == "unknown")
        assert subject.since


GOOD = (
    "A: {developer: B, model: c/d, snapshot: null, available: unknown, since: s, source: null, "
    "part: main}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("developer: B, ", "", "key subjects.A.developer is missing"),
        ("snapshot: null, ", "", "key subjects.A.snapshot is missing"),
        ("unknown", "maybe", "key subjects.A.available: Input should be"),
        ("part: main", "part: main, price: 1", "there is no key subjects.A.price"),
        (GOOD, "A: c/d\n", "key subjects.A: Input should be"),
        (GOOD, GOOD + GOOD, "bad YAML: key 'A' stands twice"),
    ],
)
def test_a_broken_roster_is_told_with_the_model_and_the_key(old: str, new: str, told: str) -> None:
    assert [subject.name for subject in roster_in(GOOD)] == ["A"]
    with pytest.raises(PackError) as caught:
        roster_in(GOOD.replace(old, new))
    assert caught.value.problem.startswith(told)
