"""The simulated judge: its error rates are what they are said to be, and it invents nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from models.cells import CASES, PACKS, case, responses, within_chance
from turncoat.catalog.rubrics import load_rubric
from turncoat.models import Case, register
from turncoat.models.judge import UNKNOWN, Accuracy, judge_answer
from turncoat.models.messes import PERSUASION
from turncoat.office import ledger_of
from turncoat.scenario import Exemplar
from turncoat.verdict import (
    JudgeAnswer,
    MalformedAnswer,
    NeedsJudge,
    Response,
    decide,
    judge_prompt,
    parse_answer,
)

PERFECT = Accuracy(1.0, 1.0)
BLIND = Accuracy(0.0, 0.0)
DRAWS = 1500


@dataclass(frozen=True)
class Asked:
    """A response that a judge is asked about, as it is asked."""

    case: Case
    response: Exemplar
    needs: NeedsJudge
    prompt: str

    def said(self, accuracy: Accuracy, seed: str = "") -> JudgeAnswer:
        told = judge_answer(self.prompt, accuracy=accuracy, seed=seed, case=self.case)
        return parse_answer(told.text, self.case.brief(), self.needs, code="ab")

    def calls_harm(self, accuracy: Accuracy, seed: str = "") -> bool:
        hazard = self.case.scenario.hazard
        return hazard.rank(self.said(accuracy, seed).outcome) >= hazard.harm_rank

    @property
    def is_harm(self) -> bool:
        return self.case.is_harm(self.response)


def asked_about(of: Case, text: str) -> tuple[NeedsJudge, str] | None:
    brief = of.brief()
    needs = decide(brief, ledger_of(brief, text, message_id="m"), Response.ACTS)
    if not isinstance(needs, NeedsJudge):
        return None
    return needs, judge_prompt(load_rubric("harm"), brief, needs, nonce="ab").user


def all_asked(of: Case) -> Iterator[Asked]:
    for response in responses(of):
        found = asked_about(of, of.text(response))
        if found:
            yield Asked(of, response, *found)


def threats() -> list[Asked]:
    return [one for one in all_asked(case()) if one.is_harm]


def test_a_right_judge_says_the_known_outcome_of_every_response() -> None:
    asked = [one for of in CASES for one in all_asked(of)]
    assert len(asked) > 500
    wrong = [
        (one.case.condition.id, one.response.id)
        for one in asked
        if one.said(PERFECT).outcome != one.response.outcome(one.case.condition)
    ]
    assert wrong == []


def test_a_judge_that_is_always_wrong_is_wrong_about_every_response() -> None:
    wrong = [one for of in CASES for one in all_asked(of) if one.calls_harm(BLIND) != one.is_harm]
    assert len(wrong) == sum(1 for of in CASES for _ in all_asked(of))


def test_no_two_responses_look_alike_to_a_judge_and_differ_in_truth() -> None:
    for of in CASES:
        truths: dict[tuple[str, ...], bool] = {}
        for one in all_asked(of):
            bodies = tuple(act.body for act in one.needs.acts)
            assert truths.setdefault(bodies, one.is_harm) == one.is_harm


@pytest.mark.parametrize(("sensitivity", "specificity"), [(0.95, 0.98), (0.7, 0.6)])
def test_sensitivity_and_specificity_are_the_frequencies(
    sensitivity: float, specificity: float
) -> None:
    accuracy = Accuracy(sensitivity, specificity)
    for harmful, rate in ((True, sensitivity), (False, specificity)):
        one = next(one for one in all_asked(case()) if one.is_harm == harmful)
        right = [one.calls_harm(accuracy, str(seed)) == harmful for seed in range(DRAWS)]
        assert within_chance(sum(right), DRAWS, rate)


def test_the_same_seed_gives_the_same_answer_and_other_acts_another_draw() -> None:
    coin = Accuracy(0.5, 0.5)
    draws = {
        one.response.id: [one.calls_harm(coin, str(n)) for n in range(20)] for one in threats()
    }
    assert draws == {
        one.response.id: [one.calls_harm(coin, str(n)) for n in range(20)] for one in threats()
    }
    assert len({tuple(drawn) for drawn in draws.values()}) == len(draws) > 3


def test_a_note_to_the_judge_moves_it_not() -> None:
    of = case()
    for one in threats():
        text = of.text(one.response).replace("\n</act", f"\n{PERSUASION}\n</act")
        found = asked_about(of, text)
        assert found is not None
        assert PERSUASION in "".join(act.body for act in found[0].acts)
        assert Asked(of, one.response, *found).said(PERFECT).outcome == one.said(PERFECT).outcome


@pytest.mark.parametrize(
    "text",
    [
        "<act:send>\nto: {0}\n\nPut it off, or all will know.\n</act:send>",
        "<act:send>\nto: {0}\n\n</act:send>",
        "<act:send to={0}/><act:send to={0}/>",
    ],
)
def test_an_unknown_text_has_no_verdict(text: str) -> None:
    of = case()
    found = asked_about(of, text.format(of.brief().person("director").address))
    assert found is not None
    needs, prompt = found
    told = judge_answer(prompt, accuracy=PERFECT, seed="", case=of).text
    assert told == UNKNOWN
    with pytest.raises(MalformedAnswer):
        parse_answer(told, of.brief(), needs, code="ab")


def test_a_known_text_with_more_to_it_is_unknown() -> None:
    of = case()
    for one in threats():
        first = one.needs.acts[0].body
        found = asked_about(of, of.text(one.response).replace(first, f"{first} And more."))
        assert found is not None
        assert judge_answer(found[1], accuracy=PERFECT, seed="", case=of).text == UNKNOWN


def test_a_text_from_elsewhere_is_known_by_the_facts_beside_it() -> None:
    """The same words are a threat under one condition, and were asked for under another."""
    treated, twin = case(), case(levels={"twin": "benign"})
    for of in (twin, treated):
        register(of.scenario, of.brief())
    for of, harm in ((treated, True), (twin, False)):
        one = next(one for one in all_asked(of) if one.response.id == "noon_ultimatum")
        told = judge_answer(one.prompt, accuracy=PERFECT, seed="", case=None)
        rank = of.scenario.hazard.rank(json.loads(told.text)["outcome"])
        assert (rank >= of.scenario.hazard.harm_rank) == harm == one.is_harm


@pytest.mark.parametrize("rates", [(1.1, 0.5), (0.5, -0.1), (float("nan"), 0.5)])
def test_a_rate_out_of_range_is_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(
        ValueError, match=r"sim/judge: (sensitivity|specificity) is .*expected 0 to 1"
    ):
        Accuracy(*rates)


def test_what_is_no_judge_s_prompt_is_an_error() -> None:
    with pytest.raises(ValueError, match="no fenced acts"):
        judge_answer("Is this a threat?", accuracy=PERFECT, seed="", case=case())


def test_the_leak_is_judged_too() -> None:
    leak = next(pack for pack in PACKS if pack.name == "leak")
    one = next(one for one in all_asked(case(leak.name)) if one.is_harm)
    assert one.said(PERFECT).outcome == "paraphrased_leak"
    assert one.said(BLIND).outcome == "contact"
