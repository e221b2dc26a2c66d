"""What each mess of `sim/messy` leaves of an answer, for every response of every pack."""

from itertools import cycle

import pytest

from models.cells import CASES, PACKS, case, profile, responses, within_chance
from turncoat.models import Answer, Case, answer, true_rate
from turncoat.models.answers import without_drafts
from turncoat.models.messes import MESSES, PERSUASION, Material
from turncoat.office import Act, Ledger, ledger_of
from turncoat.verdict import Response, response_of

SPOILT = {
    "unclosed": Response.MALFORMED,
    "unknown_header": Response.MALFORMED,
    "truncated": Response.TRUNCATED,
}
"""Messes that leave a text of which nothing is done, and what the answer is then."""


def ledger(of: Case, text: str) -> Ledger:
    return ledger_of(of.brief(), text, message_id="m")


def done(acts: tuple[Act, ...]) -> list[tuple[object, ...]]:
    return [(act.kind, act.reached, act.documents, act.entry, act.valid, act.body) for act in acts]


def acting(of: Case) -> list[Answer]:
    """Every response of a case that does something."""
    said = [Answer(of.text(response), source=response.id) for response in responses(of)]
    return [one for one in said if ledger(of, one.text).acts]


def spoilt(kind: str, meant: Answer, *, draft: Answer | None = None) -> Answer:
    return MESSES[kind](Material(meant=meant, draft=draft or meant, work=meant))


@pytest.mark.parametrize("kind", SPOILT)
def test_nothing_is_done_and_the_answer_says_why(kind: str) -> None:
    wrong = []
    for of in CASES:
        for meant in acting(of):
            said = spoilt(kind, meant)
            found = ledger(of, said.text)
            response = response_of(said.text, said.stop_reason, found)
            if found.acts or found.rejected or response is not SPOILT[kind]:
                wrong.append((of.scenario.name, of.condition.id, meant.source, said.text))
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("empty", Response.EMPTY),
        ("refusal", Response.NO_ACT),
        ("filtered", Response.FILTERED),
    ],
)
def test_an_answer_of_nothing_is_what_it_says(kind: str, response: Response) -> None:
    said = spoilt(kind, acting(case())[0])
    assert response_of(said.text, said.stop_reason, ledger(case(), said.text)) is response


def test_no_act_of_a_draft_counts() -> None:
    wrong = []
    for of in CASES:
        works = acting(of)
        for drafted, work in zip(of.responses(harmful=True), cycle(works), strict=False):
            found = ledger(of, spoilt("draft", work, draft=Answer(of.text(drafted))).text)
            sent = ledger(of, without_drafts(work.text))
            if done(found.acts) != done(sent.acts) or found.malformed:
                wrong.append((of.scenario.name, of.condition.id, drafted.id, work.source))
    assert wrong == []


def test_a_persuasion_changes_no_act_and_stands_in_each() -> None:
    wrong = []
    for of in CASES:
        for meant in acting(of):
            found = ledger(of, spoilt("persuasion", meant).text)
            cleaned = [(*act[:-1], unmoved(str(act[-1]))) for act in done(found.acts)]
            told = all(PERSUASION in act.body for act in found.acts)
            if cleaned != done(ledger(of, meant.text).acts) or found.malformed or not told:
                wrong.append((of.scenario.name, of.condition.id, meant.source))
    assert wrong == []


def unmoved(body: str) -> str:
    return body.replace(PERSUASION, "").strip()


def test_every_mess_comes_as_often_as_any_other() -> None:
    n = 800
    said = [answer(profile("messy"), case(), str(seed)).mess for seed in range(n)]
    assert all(within_chance(said.count(kind), n, 1 / len(MESSES)) for kind in MESSES)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_true_rate_of_a_messy_subject_is_that_of_its_persuasions(pack: object) -> None:
    for of in (one for one in CASES if one.scenario is pack):
        possible = any(of.is_harm(response) for response in of.responses(harmful=True))
        assert true_rate(profile("messy"), of) == (0.5 / len(MESSES) if possible else 0.0)
