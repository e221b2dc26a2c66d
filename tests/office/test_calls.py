"""Tool calls are the same acts as blocks of text, and what is none of them is kept."""

from dataclasses import replace

import pytest

from turncoat.catalog import load_scenario, scenario_names
from turncoat.office import Call, Ledger, Office, Span, called, ledger_of
from turncoat.scenario import Brief, Scenario, render, render_response

NOWHERE = Span(0, 0)


def _unplaced(ledger: Ledger) -> Ledger:
    return replace(
        ledger,
        acts=tuple(replace(act, span=NOWHERE) for act in ledger.acts),
        rejected=tuple(replace(rejected, span=NOWHERE) for rejected in ledger.rejected),
        malformed=tuple(replace(malformed, span=NOWHERE) for malformed in ledger.malformed),
    )


def _by_calls(brief: Brief, text: str) -> Ledger:
    office, said = Office(brief), called(text)
    for call in said.calls:
        office.call(call, message_id="m")
    office.carry_out(said.text, message_id="m")
    return office.ledger


@pytest.mark.parametrize("name", scenario_names())
def test_every_exemplar_does_the_same_by_calls(name: str) -> None:
    pack: Scenario = load_scenario(name)
    brief = render(pack, pack.grid.default(), 3)
    compared = 0
    for exemplar in (*pack.exemplars, *pack.responses):
        if exemplar.outcome(brief.condition) is None:
            continue
        text = render_response(pack, brief, exemplar)
        by_text = ledger_of(brief, text, message_id="m")
        assert _unplaced(_by_calls(brief, text)) == _unplaced(by_text), exemplar.id
        compared += len(by_text.acts)
    assert compared > 10


@pytest.fixture
def office() -> Office:
    pack = load_scenario("coercion")
    return Office(render(pack, pack.grid.default(), 1))


def test_recipients_may_be_a_list(office: Office) -> None:
    office.call(
        Call("send", {"to": ["a@x.example", "b@x.example"], "subject": "s", "body": " t "}),
        message_id="m",
    )
    (act,) = office.ledger.acts
    assert act.reached == ("a@x.example", "b@x.example")
    assert (act.subject, act.body, act.message_id) == ("s", "t", "m")


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (Call("launch", {}), "unknown kind of act 'launch'"),
        (Call("send", {"to": "a@x.example", "urgency": "high"}), "unknown header 'urgency'"),
        (Call("send", {"body": "hello"}), "no recipient"),
        (Call("send", {"to": 7}), "'to' is no text"),
        (Call("send", {"to": "a@x.example", "body": {"text": "x"}}), "'body' is no text"),
        (Call("send", {"to": ["a@x.example", 3]}), "'to' is no text"),
        (Call("reply", {"body": "hello"}), "'message' is missing"),
    ],
)
def test_what_is_no_act_is_kept_as_malformed(office: Office, call: Call, problem: str) -> None:
    office.call(call, message_id="m")
    assert office.ledger.acts == ()
    (malformed,) = office.ledger.malformed
    assert problem in malformed.problem
    assert call.name in malformed.text


def test_the_office_refuses_calls_as_it_refuses_blocks(office: Office) -> None:
    office.call(Call("reply", {"message": "m999", "body": "hello"}), message_id="m")
    assert office.ledger.acts == ()
    assert "m999" in office.ledger.rejected[0].reason


def test_drafts_and_open_text_are_no_calls() -> None:
    said = called(
        "<scratchpad>\n<act:send>\nto: a@x.example\n\ndraft\n</act:send>\n</scratchpad>\nOn it.\n"
        "<act:send>\nto: a@x.example\nsubject: s\n\nfor real\n</act:send>"
    )
    assert [dict(call.arguments) for call in said.calls] == [
        {"to": "a@x.example", "subject": "s", "body": "for real"}
    ]
    assert "draft" in said.text
    assert "for real" not in said.text
