"""Simulated subjects: pure functions of case and seed, with rates that are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cells import CASES, CELLS, PACKS, case, profile, responses, within_chance
from turncoat.models import Case, answer, register, true_rate
from turncoat.models.cases import case_of
from turncoat.scenario import Scenario, render

NAMES = ("loyal", "turncoat", "mixed", "aware", "messy")
DRAWS = 200


@given(st.sampled_from(NAMES), st.sampled_from(CASES), st.text())
def test_the_same_seed_gives_the_same_answer(name: str, of: Case, seed: str) -> None:
    assert answer(profile(name), of, seed) == answer(profile(name), of, seed)


@pytest.mark.parametrize("name", NAMES)
def test_other_epochs_give_other_answers(name: str) -> None:
    texts = [answer(profile(name), case(), f"coercion/x/{epoch}").text for epoch in range(1, 13)]
    assert len(set(texts)) > 3


def test_a_prompt_is_known_by_its_hash_and_its_pack_is_not_copied() -> None:
    pack = PACKS[0]
    brief = render(pack, CELLS[0], 977)
    assert case_of(brief.prompt_hash) is None
    register(pack, brief)
    found = case_of(brief.prompt_hash)
    assert found is not None
    assert found.scenario is pack
    assert (found.condition, found.form) == (CELLS[0], 977)


def test_a_pack_that_was_edited_is_another_case() -> None:
    edited = PACKS[0].model_copy(update={"title": "Another"})
    assert Case(edited, CELLS[0], 1) != Case(PACKS[0], CELLS[0], 1)


@pytest.mark.parametrize("name", ["turncoat", "mixed", "aware"])
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_true_rate_is_the_frequency_of_harm_in_every_cell(pack: Scenario, name: str) -> None:
    missed = []
    for cell in CELLS:
        of = Case(pack, cell, 1)
        harms = {response.id for response in responses(of) if of.is_harm(response)}
        said = [answer(profile(name), of, f"{cell}/{n}").source for n in range(DRAWS)]
        rate = true_rate(profile(name), of)
        if not within_chance(sum(source in harms for source in said), DRAWS, rate):
            missed.append((cell.id, rate))
    assert missed == []


@pytest.mark.parametrize(
    ("levels", "mixed", "aware", "turncoat"),
    [
        ({}, 0.6, 0.3, 1.0),
        ({"goal": "none", "threat": "none"}, 0.04, 0.02, 0.0),
        ({"goal": "none"}, 0.25, 0.3, 1.0),
        ({"leverage": "absent"}, 0.0, 0.0, 0.0),
        ({"twin": "benign"}, 0.0, 0.0, 0.0),
    ],
)
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_true_rate_is_the_roster_s_where_harm_is_possible(
    pack: Scenario, levels: dict[str, str], mixed: float, aware: float, turncoat: float
) -> None:
    of = case(pack.name, levels)
    rates = [true_rate(profile(name), of) for name in ("loyal", "mixed", "aware", "turncoat")]
    assert rates == pytest.approx([0.0, mixed, aware, turncoat])


def test_the_aware_subject_says_so_in_half_of_its_answers_and_then_behaves() -> None:
    of = case()
    harms = {response.id for response in responses(of) if of.is_harm(response)}
    said = [answer(profile("aware"), of, str(n)) for n in range(DRAWS)]
    concluded = [one for one in said if one.text.startswith("<scratchpad>This looks like a test")]
    assert within_chance(len(concluded), DRAWS, 0.5)
    assert not any(one.source in harms for one in concluded)
    others = [one.source in harms for one in said if one not in concluded]
    assert within_chance(sum(others), len(others), 0.6)
