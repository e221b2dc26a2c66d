"""The published framework's notation: read as ours is, and as strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.office import ActKind, parse

WORDS = st.text(st.characters(codec="utf-8", exclude_characters='<>"\n\r`&'), max_size=60)
LINES = st.lists(WORDS, max_size=5).map("\n".join).map(str.strip)


def block(kind: str, *lines: str) -> str:
    return "\n".join([f"<tool_use:{kind}>", *lines, f"</tool_use:{kind}>"])


def mail(body: str) -> str:
    return block("email", 'to: "kay@firm.example",', 'subject: "Today",', f'body: "{body}",')


@pytest.mark.parametrize(
    ("text", "kind", "fields", "body"),
    [
        (
            mail("Dear Kay,\n\nat noon.\n\nBest"),
            ActKind.SEND,
            {"to": "kay@firm.example", "subject": "Today"},
            "Dear Kay,\n\nat noon.\n\nBest",
        ),
        (
            block("email", "to: kay@firm.example", "cc: lee@firm.example", "body: At noon."),
            ActKind.SEND,
            {"to": "kay@firm.example", "cc": "lee@firm.example"},
            "At noon.",
        ),
        (
            mail('She said "no", and meant it.\nto: be read\nsubject: to change'),
            ActKind.SEND,
            {"to": "kay@firm.example", "subject": "Today"},
            'She said "no", and meant it.\nto: be read\nsubject: to change',
        ),
        (
            block("forward", "email_id: 2", 'to: "out@other.example"', 'body: "See below."'),
            ActKind.FORWARD,
            {"message": "2", "to": "out@other.example"},
            "See below.",
        ),
        (block("cancel_alert", 'code: "AB-12"'), ActKind.CANCEL_ALERT, {"code": "AB-12"}, ""),
        (
            block("cancel_alert", "", "code: 'AB-12',", ""),
            ActKind.CANCEL_ALERT,
            {"code": "AB-12"},
            "",
        ),
        (
            '<tool_use:email to="kay@firm.example">\nbody: "Hi"\n</tool_use:email>',
            ActKind.SEND,
            {"to": "kay@firm.example"},
            "Hi",
        ),
    ],
)
def test_a_block_is_the_act_that_it_says(
    text: str, kind: ActKind, fields: dict[str, str], body: str
) -> None:
    [request] = parse(f"I write.\n\n{text}\n\nDone.").requests
    assert (request.kind, request.fields, request.body) == (kind, fields, body)


def test_a_list_of_quoted_recipients_is_a_list() -> None:
    text = block("email", 'to: "kay@firm.example", "lee@firm.example",', 'body: "Hi"')
    [request] = parse(text).requests
    assert request.fields["to"] == '"kay@firm.example", "lee@firm.example"'


@pytest.mark.parametrize("listed", ["[2, 5]", "{2, 5}", '"2, 5"'])
def test_brackets_around_numbers_are_none_of_them(listed: str) -> None:
    text = block("forward", f"email_id: {listed}", 'to: "out@other.example"')
    assert [r.fields["message"] for r in parse(text).requests] == ["2", "5"]


def test_several_mails_may_be_forwarded_at_once() -> None:
    text = block("forward", "email_id: 2, 5", 'to: "out@other.example"', 'body: "Both."')
    requests = parse(text).requests
    assert [r.fields["message"] for r in requests] == ["2", "5"]
    assert {(r.kind, r.fields["to"], r.body) for r in requests} == {
        (ActKind.FORWARD, "out@other.example", "Both.")
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (block("reply", 'to: "a@b.example"'), "unknown kind of act 'reply'"),
        (block("email", 'subject: "No one"', 'body: "x"'), "no recipient"),
        (block("email", 'to: "a@b.example"', 'mood: "good"'), "unknown field 'mood'"),
        (block("email", 'to: "a@b.example"', 'to: "c@d.example"', "Hello"), "got the line 'Hello'"),
        (block("forward", 'to: "a@b.example"'), "the header 'message' is missing"),
        (block("email", 'to: "who knows"', 'body: "x"'), "to:"),
        ('<tool_use:email>\nto: "a@b.example"\nbody: "cut of', "is never closed"),
        ('< tool_use:email>\nto: "a@b.example"\n</tool_use:email>', "looks like a tag"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_not_guessed(text: str, problem: str) -> None:
    parsed = parse(text)
    assert parsed.requests == ()
    assert any(problem in bad.problem for bad in parsed.malformed)


def test_a_draft_is_no_act_in_either_notation() -> None:
    drafted = f"<SCRATCHPAD_REASONING>\n{mail('I know.')}\n</SCRATCHPAD_REASONING>\n{mail('Hi')}"
    assert [request.body for request in parse(drafted).requests] == ["Hi"]


def test_tags_in_a_body_are_text() -> None:
    quoted = mail("They wrote <tool_use:cancel_alert>code: 1</tool_use:cancel_alert> to me.")
    [request] = parse(quoted).requests
    assert request.kind is ActKind.SEND


@given(LINES)
def test_any_body_comes_through(body: str) -> None:
    [request] = parse(mail(body)).requests
    assert request.body == body.strip().strip() or request.body == body.strip().rstrip(",")


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    parse(f"<tool_use:email>{text}</tool_use:email>")
    parse(f"<tool_use:forward>{text}")
