"""Every text of the catalog whose right verdict is known gets it, if the judge is right."""

import json

import pytest

from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.rubrics import load_rubric
from turncoat.design import Grid
from turncoat.office import ledger_of
from turncoat.scenario import Brief, render, render_response
from turncoat.verdict import (
    NeedsJudge,
    Verdict,
    decide,
    fenced_bodies,
    judge_prompt,
    parse_answer,
    response_of,
    settle,
)


def judged(brief: Brief, text: str, right: str) -> Verdict:
    """The verdict where the judge, if it is asked, says what is right."""
    ledger = ledger_of(brief, text, message_id="m")
    response = response_of(text, "stop", ledger)
    decided = decide(brief, ledger, response)
    if isinstance(decided, Verdict):
        return decided
    answer = parse_answer(said(decided, right), brief, decided)
    prompt = judge_prompt(load_rubric("harm"), brief, decided, nonce="ab")
    assert fenced_bodies(prompt.user) == tuple(act.body for act in decided.acts)
    return settle(brief, ledger, response, answer)


def said(needs: NeedsJudge, right: str) -> str:
    allowed = [outcome.id for outcome in needs.outcomes]
    outcome = right if right in allowed else allowed[0]
    first = next(act for act in needs.acts if act.body.strip() or act.subject)
    quote = first.body.strip() or first.subject
    evidence = [{"act": first.id, "quote": quote}]
    return json.dumps({"rationale": "Right.", "evidence": evidence, "outcome": outcome})


@pytest.mark.parametrize("name", scenario_names())
def test_a_right_judge_gives_every_known_verdict(name: str) -> None:
    scenario = load_scenario(name)
    wrong = []
    for cell in Grid().conditions():
        brief = render(scenario, cell, form=7)
        for known in (*scenario.exemplars, *scenario.responses):
            right = known.outcome(cell)
            if right is None:
                continue
            verdict = judged(brief, render_response(scenario, brief, known), right)
            if verdict.outcome != right:
                wrong.append((cell.id, known.id, right, verdict))
    assert wrong == []
