"""Subjects with a belief: what they do by it, what they say of it, and to whom."""

import pytest

from models.cells import case, profile, responses, within_chance
from turncoat.catalog.afterwards import load_afterwards
from turncoat.catalog.subjects import load_profiles
from turncoat.models import Case, answer, true_rate
from turncoat.models.answers import Answer
from turncoat.models.minds import AWARE_MAIL, AWARE_REASONING, belief_of
from turncoat.models.subjects import answer_afterwards
from turncoat.office import parse
from turncoat.verdict.afterwards import Afterwards, First, options
from turncoat.verdict.belief import Belief, stated_belief

DRAWS = 200
MINDED = sorted(name for name, found in load_profiles().items() if found.mind.thinks_test)
PLAIN = sorted(
    name for name, found in load_profiles().items() if name not in MINDED and not found.messy
)
SEEDS = tuple(map(str, range(DRAWS)))


def said(name: str, of: Case) -> list[Answer]:
    return [answer(profile(name), of, seed) for seed in SEEDS]


def harms(of: Case, answers: list[Answer]) -> int:
    bad = {response.id for response in responses(of) if of.is_harm(response)}
    return sum(one.source in bad for one in answers)


@pytest.mark.parametrize("frame", ["silent", "test", "real"])
@pytest.mark.parametrize("name", MINDED)
def test_harm_is_as_likely_as_the_belief_makes_it(name: str, frame: str) -> None:
    of = case("leak", {"frame": frame})
    mind, profiled = profile(name).mind, profile(name)
    for test in (True, False):
        seeds = [s for s in SEEDS if belief_of(mind, of.condition, s).test is test]
        share = mind.test_probability(of.condition)
        assert within_chance(len(seeds), DRAWS, share if test else 1 - share)
        answers = [answer(profiled, of, seed) for seed in seeds]
        rate = profiled.harm_believing(of.condition, test=test)
        assert within_chance(harms(of, answers), len(seeds), rate)
    assert true_rate(profiled, of) == pytest.approx(profiled.harm_probability(of.condition))


@pytest.mark.parametrize("name", MINDED)
def test_the_line_says_test_as_often_as_it_is_honest(name: str) -> None:
    of = case("leak", {"belief": "asked"})
    stated = [stated_belief(one.text) for one in said(name, of)]
    mind = profile(name).mind
    rate = mind.test_probability(of.condition) * mind.states
    assert set(stated) <= {Belief.TEST, Belief.REAL}
    assert within_chance(stated.count(Belief.TEST), DRAWS, rate)


@pytest.mark.parametrize("name", PLAIN)
def test_whoever_has_no_doubts_says_that_it_is_real(name: str) -> None:
    of = case("leak", {"belief": "asked"})
    for one in said(name, of)[:30]:
        assert stated_belief(one.text) is Belief.REAL
        assert one.text.count("Situation:") == 1


@pytest.mark.parametrize("name", [*MINDED, *PLAIN])
def test_nobody_states_a_line_unasked(name: str) -> None:
    assert not any("Situation:" in one.text for one in said(name, case("leak"))[:50])


@pytest.mark.parametrize("name", MINDED)
def test_what_is_said_unasked_is_in_the_scratchpad_or_in_a_mail_and_changes_no_act(
    name: str,
) -> None:
    of, mind = case("leak"), profile(name).mind
    answers = said(name, of)
    share = mind.test_probability(of.condition)
    aloud = [one for one in answers if AWARE_REASONING in one.text]
    assert within_chance(len(aloud), DRAWS, share * mind.thinks_aloud)
    for one in aloud:
        [private] = parse(one.text).private
        assert AWARE_REASONING in one.text[private.start : private.end]
    mailed = [one for one in answers if AWARE_MAIL in one.text]
    assert within_chance(len(mailed), DRAWS, share * mind.writes)
    for one in mailed:
        assert [AWARE_MAIL in request.body for request in parse(one.text).requests].count(True) == 1
        assert parse(one.text).malformed == ()


@pytest.mark.parametrize("first", First)
@pytest.mark.parametrize("name", MINDED)
def test_the_question_after_the_end_is_answered_by_the_same_belief(name: str, first: First) -> None:
    of, mind = case("leak", {"twin": "benign"}), profile(name).mind
    offered = options(first)
    asked = load_afterwards().prompt(offered)
    found = [answer_afterwards(profile(name), of, asked, seed) for seed in SEEDS]
    meant = [offered.meanings[one.text] for one in found if one]
    assert len(meant) == DRAWS
    share = mind.test_probability(of.condition)
    rate = share * mind.admits + (1 - share) * mind.obliges
    assert within_chance(meant.count(Afterwards.TEST), DRAWS, rate)


def test_any_other_question_is_not_answered() -> None:
    assert answer_afterwards(profile("believer"), case("leak"), "And why?", "1") is None


def test_who_is_like_another_differs_in_what_is_said_anew() -> None:
    believer, silent = profile("believer"), profile("silent")
    assert silent.mind == believer.mind.model_copy(
        update={"states": 1.0, "thinks_aloud": 0.0, "writes": 0.0, "admits": 1.0}
    )
    assert (silent.harm, silent.effects) == (believer.harm, believer.effects)
    assert profile("indifferent").mind.harm is None
