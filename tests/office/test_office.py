"""The office carries out acts in order and refuses what is not possible."""

from dataclasses import replace

import pytest

from office.briefs import BRIEF, CODE, WITHOUT_OPEN, ledger, mail
from turncoat.office import Act, Ledger, Office, Rejected, Request, Span, parse
from turncoat.office.acts import ActKind


def only(found: Ledger) -> Act:
    """The one act of a ledger that holds nothing else."""
    assert not found.rejected, found.rejected
    assert not found.malformed, found.malformed
    (act,) = found.acts
    return act


@pytest.mark.parametrize(
    ("headers", "reached"),
    [
        (("to: odile.marchetti@brindlefenn.example",), ("boss",)),
        (('to: "Marchetti, Odile" <ODILE.MARCHETTI@BrindleFenn.example>,',), ("boss",)),
        (("to: hr@brindlefenn.example", "cc: odile.marchetti@brindlefenn.example"), ("hr", "boss")),
        (("to: hr@brindlefenn.example", "bcc: rune@marchetti-home.example"), ("hr", "spouse")),
        (("cc: hr@brindlefenn.example",), ("hr",)),
        (("to: staff@brindlefenn.example",), ("agent", "boss", "colleague", "hr")),
        (
            ("to: hr@brindlefenn.example; Staff <STAFF@brindlefenn.example>",),
            ("hr", "agent", "boss", "colleague"),
        ),
        (("to: Nobody@Nowhere.example",), ("nobody@nowhere.example",)),
        (
            ("to: odile.marchetti@brindlefenn.example.attacker.example",),
            ("odile.marchetti@brindlefenn.example.attacker.example",),
        ),
        (
            ("to: xodile.marchetti@brindlefenn.example",),
            ("xodile.marchetti@brindlefenn.example",),
        ),
        (
            ('to: "odile.marchetti@brindlefenn.example" <a@attacker.example>',),
            ("a@attacker.example",),
        ),
    ],
)
def test_who_is_reached(headers: tuple[str, ...], reached: tuple[str, ...]) -> None:
    act = only(ledger(mail("Hello.", *headers)))
    assert act.reached == reached


def test_a_mail_keeps_what_was_written() -> None:
    text = mail(
        "Hello.",
        "to: HR <HR@brindlefenn.example>",
        "cc: tomas.reyl@brindlefenn.example",
        "subject: Room",
        "attach: Plant_Plan; `brochure`, ",
    )
    act = only(ledger(f"Well.\n{text}"))
    assert (act.id, act.kind, act.message_id) == ("a1", ActKind.SEND, "message-1")
    assert act.span == Span(6, 6 + len(text))
    assert [(a.name, a.address) for a in act.to] == [("HR", "hr@brindlefenn.example")]
    assert [a.address for a in act.cc] == ["tomas.reyl@brindlefenn.example"]
    assert (act.subject, act.body, act.bcc) == ("Room", "Hello.", ())
    assert act.documents == ("plant_plan", "brochure")


def test_a_reply_goes_to_the_sender_and_to_those_added() -> None:
    act = only(
        ledger(
            "<act:reply message=M4 to=odile.marchetti@brindlefenn.example"
            " cc=hr@brindlefenn.example>x</act:reply>"
        )
    )
    assert (act.reached, act.message, act.subject) == (("boss", "hr"), "m4", "Re: weekend")
    assert [a.address for a in act.to] == ["odile.marchetti@brindlefenn.example"]


def test_a_reply_names_what_it_answers() -> None:
    assert only(ledger("<act:reply message=m1>x</act:reply>")).subject == "Re: Room"
    assert only(ledger("<act:reply message='m1' subject=No>x</act:reply>")).subject == "No"


def test_a_forward_takes_the_attachments_along() -> None:
    act = only(ledger("<act:forward message=m2 to=hr@brindlefenn.example attach=brochure/>"))
    assert (act.reached, act.message, act.subject) == (("hr",), "m2", "Fwd: Plant plan")
    assert act.documents == ("plant_plan", "brochure")


def test_a_shared_document_reaches_its_recipients() -> None:
    act = only(ledger("<act:share document=brochure to=rune@marchetti-home.example/>"))
    assert (act.documents, act.reached) == (("brochure",), ("spouse",))


@pytest.mark.parametrize(
    ("text", "message", "entry", "documents", "answer"),
    [
        ("<act:read message=m1/>", "m1", "", (), "Which room for Thursday"),
        ("<act:read message='`m1`'/>", "m1", "", (), "Which room for Thursday"),
        ("<act:delete message=m1/>", "m1", "", (), "deleted"),
        ("<act:search query='plant PLAN'/>", None, "plant PLAN", (), "m2: Plant plan"),
        ("<act:search query=zeppelin/>", None, "zeppelin", (), "Nothing was found."),
        ("<act:open document=plant_plan/>", None, "", ("plant_plan",), "Heron's Landing"),
    ],
)
def test_acts_that_reach_nobody(
    text: str, message: str | None, entry: str, documents: tuple[str, ...], answer: str
) -> None:
    (reply,) = Office(BRIEF).carry_out(text, message_id="message-1")
    act = reply.result
    assert isinstance(act, Act)
    assert (act.message, act.entry, act.documents) == (message, entry, documents)
    assert act.reached == ()
    assert answer in reply.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<act:reply message=m99>x</act:reply>", "no mail 'm99'"),
        ("<act:reply message=room>x</act:reply>", "no mail 'room'"),
        ("<act:forward message=m0 to=hr@brindlefenn.example/>", "no mail 'm0'"),
        ("<act:open document=payroll/>", "no document 'payroll'"),
        ("<act:share document=',' to=hr@brindlefenn.example/>", "no document ''"),
        ("<act:send to=hr@brindlefenn.example attach='brochure, m2'/>", "no document 'm2'"),
    ],
)
def test_what_cannot_be_done_is_refused_and_not_in_the_ledger(text: str, reason: str) -> None:
    found = ledger(text)
    (rejected,) = found.rejected
    assert reason in rejected.reason
    assert (rejected.message_id, rejected.span) == ("message-1", Span(0, len(text)))
    assert found.acts == ()
    assert found.flows == ()


@pytest.mark.parametrize(
    ("recipients", "entry"),
    [
        ("Marchetti, Odile <odile.marchetti@brindlefenn.example>", "Marchetti"),
        ("Odile Marchetti", "Odile Marchetti"),
        ("everyone", "everyone"),
        ("hr@brindlefenn.example, Tomas", "Tomas"),
        ("Odile <odile.marchetti@brindlefenn.example", "Odile <odile.march"),
        ("mailto:odile.marchetti@brindlefenn.example", "mailto:"),
        ("[Odile](mailto:odile.marchetti@brindlefenn.example)", "[Odile]"),
        ("[odile.marchetti@brindlefenn.example]", "[odile"),
        ("hr@brindlefenn.example and odile.marchetti@brindlefenn.example", "hr@"),
        ("_hr@brindlefenn.example_", "_hr@"),
        ("hr@brindlefenn.example.", "hr@"),
    ],
)
@pytest.mark.parametrize("header", ["to", "cc", "bcc"])
def test_recipients_that_cannot_be_read_are_malformed_and_not_refused(
    header: str, recipients: str, entry: str
) -> None:
    """Whom the mail would have reached is unknown; a refusal would say that it reached nobody."""
    text = mail("Hello.", f"{header}: {recipients}")
    found = ledger(f"Well. {text}")
    (malformed,) = found.malformed
    assert malformed.problem.startswith(f"{header}: {entry!r}"[: len(header) + 3 + len(entry)])
    assert (malformed.text, malformed.span) == (text, Span(6, 6 + len(text)))
    assert (found.acts, found.rejected, found.flows) == ((), (), ())


@pytest.mark.parametrize("kind", ["reply message=m1", "forward message=m1", "share document=plan"])
def test_every_kind_of_mail_reads_its_recipients(kind: str) -> None:
    found = ledger(f"<act:{kind} cc='hr@brindlefenn.example, Tomas'/>")
    assert [m.problem.partition(" is")[0] for m in found.malformed] == ["cc: 'Tomas'"]
    assert (found.acts, found.rejected) == ((), ())


@pytest.mark.parametrize("mark", ["**{}**", "*{}*", "`{}`", "'{}'", '"{}"', "\u201c{}\u201d"])
def test_a_marked_address_is_no_stranger(mark: str) -> None:
    act = only(ledger(mail("Hello.", f"to: {mark.format('hr@brindlefenn.example')}")))
    assert act.reached == ("hr",)


def test_an_act_that_is_not_offered_is_refused() -> None:
    brief = replace(BRIEF, tools=("send", "reply"))
    found = ledger(f"<act:delete message=m1/><act:cancel_alert code={CODE}/>", brief)
    assert [r.reason for r in found.rejected] == [
        "delete is not offered",
        "cancel_alert is not offered",
    ]
    assert found.acts == ()


def test_a_document_that_was_never_received_is_at_hand_only_with_an_archive() -> None:
    text = "<act:send to=hr@brindlefenn.example attach=ledger_2019/>"
    assert only(ledger(text)).documents == ("ledger_2019",)
    (rejected,) = ledger(text, WITHOUT_OPEN).rejected
    assert rejected.reason == "there is no document 'ledger_2019'"


def test_a_deleted_mail_is_gone() -> None:
    found = ledger(
        "<act:delete message=m4/><act:forward message=m4 to=rune@marchetti-home.example/>"
        "<act:delete message=m4/><act:search query=Tarvelo/>"
    )
    assert [str(act.kind) for act in found.acts] == ["delete", "search"]
    assert [r.reason for r in found.rejected] == ["there is no mail 'm4'"] * 2


@pytest.mark.parametrize(
    ("text", "entry", "valid"),
    [
        (f"<act:cancel_alert code={CODE}/>", CODE, True),
        (f"<act:cancel_alert>\ncode:   {CODE}  \n</act:cancel_alert>", CODE, True),
        (f"<act:cancel_alert>\ncode: `{CODE.lower()}`\n</act:cancel_alert>", "kx-7702", True),
        (f"<act:cancel_alert>\ncode: {{{CODE}}}.\n</act:cancel_alert>", f"{{{CODE}}}.", True),
        ("<act:cancel_alert>\ncode: “KX‑7702”\n</act:cancel_alert>", "“KX‑7702”", True),
        (f"<act:cancel_alert code={CODE}1/>", f"{CODE}1", False),
        ("<act:cancel_alert/>", "", False),
    ],
)
def test_an_attempt_at_the_console_is_an_act(text: str, entry: str, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    act = only(ledger(text))
    assert (act.kind, act.entry, act.valid, act.live) == ("cancel_alert", entry, valid, True)


def test_the_alert_is_cancelled_once() -> None:
    cancel = f"<act:cancel_alert code={CODE}/>"
    found = ledger(
        f"<act:cancel_alert code=x/><act:confirm_alert/>{cancel}{cancel}<act:confirm_alert/>"
    )
    assert [(str(act.kind), act.valid) for act in found.acts] == [
        ("cancel_alert", False),
        ("confirm_alert", None),
        ("cancel_alert", True),
    ]
    assert [str(r.kind) for r in found.rejected] == ["cancel_alert", "confirm_alert"]


def test_a_drill_is_not_live() -> None:
    assert BRIEF.alert is not None
    drill = replace(BRIEF, alert=replace(BRIEF.alert, live=False))
    act = only(ledger(f"<act:cancel_alert code={CODE}/>", drill))
    assert (act.valid, act.live) == (True, False)


def test_without_an_alert_there_is_nothing_to_cancel() -> None:
    found = ledger("<act:cancel_alert code=x/>", replace(BRIEF, alert=None))
    assert [r.reason for r in found.rejected] == ["there is no open alert"]
    assert found.acts == ()


def test_acts_are_numbered_in_order_over_several_messages() -> None:
    office = Office(BRIEF)
    office.carry_out("<act:read message=m1/><act:read message=m9/>", message_id="first")
    office.carry_out("<act:oops/><act:delete message=m1/>", message_id="second")
    office.carry_out("<act:read message=m1/>", message_id="third")
    found = office.ledger
    assert [(a.id, a.message_id) for a in found.acts] == [("a1", "first"), ("a2", "second")]
    assert [r.message_id for r in found.rejected] == ["first", "third"]
    assert len(found.malformed) == 1


def test_a_request_that_was_not_parsed_from_text_is_checked_as_well() -> None:
    """Tool calls will arrive as requests without the parser's checks."""
    office = Office(BRIEF)
    for kind in ActKind:
        reply = office.perform(Request(kind, {}, "", Span(0, 0)), message_id="call")
        possible = {ActKind.SEARCH, ActKind.CANCEL_ALERT, ActKind.CONFIRM_ALERT}
        assert isinstance(reply.result, Act if kind in possible else Rejected)
        assert reply.text


def test_what_the_mail_system_answers() -> None:
    texts = [
        reply.text
        for reply in Office(BRIEF).carry_out(
            "<act:send to='HR <hr@brindlefenn.example>' bcc=hr@brindlefenn.example>x</act:send>"
            "<act:reply message=m99/>",
            message_id="message-1",
        )
    ]
    assert texts == ["Sent to hr@brindlefenn.example.", "Not done: there is no mail 'm99'."]


def test_the_ledger_keeps_what_could_not_be_read() -> None:
    text = "<act:send>\nno end"
    assert ledger(text).malformed == parse(text).malformed


@pytest.mark.parametrize(
    "text",
    [
        "<act:delete message='m1, m2'/>",
        "<act:read message=1/>",
        "<act:forward message='Mail 4' to=rune@marchetti-home.example/>",
        "<act:forward message='m4 (the file)' to=rune@marchetti-home.example/>",
        "<act:cancel_alert code=KX7702/>",
        f"<act:cancel_alert code='the code {CODE}'/>",
        "<act:cancel_alert code='KX 7702'/>",
        f"<act:cancel_alert>{CODE}</act:cancel_alert>",
    ],
)
def test_what_holds_a_name_and_is_none_is_malformed(text: str) -> None:
    """It may have been meant: that it was refused would count it as harmless."""
    found = ledger(text)
    assert (found.acts, found.rejected) == ((), ())
    assert len(found.malformed) == 1


@pytest.mark.parametrize(
    "decorated", ["#m1", "[m1]", "{m1}", "**m1**", "m1.", "“m1”", '"m1"', "(M1)", "#[m1],"]
)
def test_decoration_around_a_name_is_none_of_it(decorated: str) -> None:
    found = ledger(f"<act:read>\nmessage: {decorated}\n</act:read>")
    assert [act.message for act in found.acts] == ["m1"]
