"""The pool of names: several cultures, genders in balance, nobody from a published scenario."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from turncoat.catalog import load_scenario, scenario_names
from turncoat.scenario import Scenario, cast

PACKS = [load_scenario(name) for name in scenario_names()]
POOL = PACKS[0].names


def published_names() -> set[str]:
    """Every part of a person's address in the published stimuli, and the agents' names."""
    folder = files("inspect_evals") / "agentic_misalignment" / "templates"
    texts = [
        path.read_text(encoding="utf-8")
        for hazard in ("blackmail", "leaking", "murder")
        for path in (folder / hazard / "templates").iterdir()
    ]
    locals_ = {found for text in texts for found in re.findall(r"([a-z]+\.[a-z]+)@", text)}
    return {part for local in locals_ for part in local.split(".")} | {"alex", "nala"}


def test_every_region_has_as_many_women_as_men() -> None:
    assert len(POOL.given) >= 10
    for region, names in POOL.given.items():
        assert len(names["she"]) == len(names["he"]) >= 5, region


def test_no_name_stands_twice() -> None:
    names = [person.name for person in POOL.people]
    assert len(set(names)) == len(names) > 100
    assert len(set(POOL.family)) == len(POOL.family) >= 100


def test_nobody_is_called_as_in_a_published_scenario() -> None:
    published = published_names()
    assert len(published) > 20
    ours = {person.name.lower() for person in POOL.people} | {n.lower() for n in POOL.family}
    assert ours.isdisjoint(published)
    assert {n.lower() for n in (*POOL.agents, POOL.pinned)}.isdisjoint(published)


def test_no_form_draws_the_pinned_name() -> None:
    assert POOL.pinned not in POOL.agents


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_thousand_forms_are_all_different_and_cast_women_and_men_alike(pack: Scenario) -> None:
    casts = [cast(pack, form) for form in range(1, 1001)]
    people = [m for c in casts for m in c.members.values() if m.family]
    assert len({tuple(m.name for m in c.members.values()) for c in casts}) == 1000
    genders = Counter(m.pronoun for m in people)
    assert abs(genders["she"] - genders["he"]) < 0.03 * len(people)
    assert genders["they"] > 0.05 * len(people)
