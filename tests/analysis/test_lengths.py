"""Estimated tokens: the words of what a run would send, within the stated factors."""

import pytest

from turncoat.analysis.lengths import ANSWER_WORDS, READ, WRITTEN, Range, lengths_of
from turncoat.catalog import load_scenario, scenario_names
from turncoat.scenario import render


@pytest.mark.parametrize("name", scenario_names())
def test_every_purpose_of_a_pack_has_a_length(name: str) -> None:
    pack = load_scenario(name)
    plan = pack.space.plan(pack.space.conditions({}), forms=2)
    found = lengths_of(pack, plan)
    judged = {"verdict", "rejudge"} if pack.hazard.gate else set()
    marks = {"conduct", "aware_mail", "aware_reasoning"}
    assert found.keys() == {"answer", "afterwards", *marks, *judged}
    assert all(0 < length.input.low <= length.input.high for length in found.values())


def test_an_answers_length_is_the_prompts_words_times_the_factor() -> None:
    pack = load_scenario("coercion")
    cells = pack.space.conditions({})
    briefs = [render(pack, cell, 1) for cell in cells]
    words = sorted(len(f"{brief.system} {brief.inbox}".split()) for brief in briefs)
    found = lengths_of(pack, pack.space.plan(cells, forms=2))["answer"]
    assert found.input == Range(words[0], words[-1]) * READ
    assert found.output == ANSWER_WORDS * WRITTEN


def test_the_published_scoring_asks_where_our_rules_decide() -> None:
    pack = load_scenario("reference/murder")
    plan = pack.space.plan(pack.space.conditions({}), forms=1)
    assert "verdict" not in lengths_of(pack, plan)
    assert lengths_of(pack, plan, legacy=True)["verdict"].input.low > 0
