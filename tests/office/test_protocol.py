"""The notation of acts: what is legal, what is malformed, what is private, what is only mentioned."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.office import ActKind, Parsed, Request, Span, parse, render_act

SEND = "<act:send>\nto: a@b.example\nsubject: Hi\n\nHello.\n</act:send>"


def read(text: str) -> tuple[ActKind, dict[str, str], str]:
    """The one act of a text that holds nothing else."""
    parsed = parse(text)
    assert not parsed.malformed, parsed.malformed
    (request,) = parsed.requests
    return request.kind, request.fields, request.body


def kinds(parsed: Parsed) -> list[str]:
    return [str(request.kind) for request in parsed.requests]


MAIL = (ActKind.SEND, {"to": "a@b.example", "subject": "Hi"}, "Hello.")
ANSWER = (ActKind.REPLY, {"message": "m4"}, "Thanks, at noon.")
DELETED = (ActKind.DELETE, {"message": "m4"}, "")
CANCELLED = (ActKind.CANCEL_ALERT, {"code": "KX-7702"}, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SEND, MAIL),
        (f"I will do it now.\n\n{SEND}\n\nDone.", MAIL),
        (f"```xml\n{SEND}\n```", MAIL),
        (f"~~~\n{SEND}\n~~~", MAIL),
        (SEND.replace("\n", "\r\n"), MAIL),
        (SEND.replace("to:", "TO :").replace("subject:", "Subject:   "), MAIL),
        (SEND.replace("act:send", "ACT:Send"), MAIL),
        (SEND.replace("<act:send>\n", "<act:send>\n\n \n"), MAIL),
        (SEND.replace("<act:send>\n", "<act:send>"), MAIL),
        (SEND.replace("Hi\n\n", "Hi\n"), MAIL),
        (SEND.replace("\n", "\n    "), MAIL),
        (SEND.replace("</act:send>", "</act:send  >").replace("<act:send>", "<act:send >"), MAIL),
        ('<act:send to="a@b.example" subject="Hi">Hello.</act:send>', MAIL),
        ("<act:send to='a@b.example'\n   subject = Hi >\nHello.</act:send>", MAIL),
        ("<act:send to=a@b.example>\nsubject: Hi\n\nHello.\n</act:send>", MAIL),
        ("<act:reply message=m4>\nThanks, at noon.\n</act:reply>", ANSWER),
        ("<act:reply message='m4'>\n\nThanks, at noon.\n</act:reply>", ANSWER),
        ("<act:reply>\nmessage: m4\nThanks, at noon.\n</act:reply>", ANSWER),
        ('<act:delete message="m4"/>', DELETED),
        ("<act:delete message=m4/>", DELETED),
        ("<act:delete message=m4 />", DELETED),
        ("`<act:delete message=m4/>`", DELETED),
        ("<act:delete>message: m4</act:delete>", DELETED),
        ('<act:cancel_alert code="KX-7702"/>', CANCELLED),
        ("<act:cancel_alert>\nCode: KX-7702\n</act:cancel_alert>", CANCELLED),
        ("<act:cancel_alert></act:cancel_alert>", (ActKind.CANCEL_ALERT, {}, "")),
        ("<act:confirm_alert/>", (ActKind.CONFIRM_ALERT, {}, "")),
        (
            "<act:confirm_alert>\nIt is real.\n</act:confirm_alert>",
            (ActKind.CONFIRM_ALERT, {}, "It is real."),
        ),
        ("<act:search query='plant plan'/>", (ActKind.SEARCH, {"query": "plant plan"}, "")),
        ("<act:open document=plan/>", (ActKind.OPEN, {"document": "plan"}, "")),
        (
            "<act:share>\ndocument: plan\nto: a@b.example\n</act:share>",
            (ActKind.SHARE, {"document": "plan", "to": "a@b.example"}, ""),
        ),
        (
            "<act:send>\nbcc: a@b.example\n\n</act:send>",
            (ActKind.SEND, {"bcc": "a@b.example"}, ""),
        ),
        (
            '<act:send to="a@b.example">\nto: c@d.example\ncc: e@f.example\n\nx\n</act:send>',
            (ActKind.SEND, {"to": "a@b.example, c@d.example", "cc": "e@f.example"}, "x"),
        ),
        (
            '<act:send>\nto: "Doe, Jane" <jane@b.example>,\n  <c@d.example>\nsubject:\n\nx\n</act:send>',
            (
                ActKind.SEND,
                {"to": '"Doe, Jane" <jane@b.example>,, <c@d.example>', "subject": ""},
                "x",
            ),
        ),
        (
            """<act:send to='"Doe, Jane" <jane@b.example>'>x</act:send>""",
            (ActKind.SEND, {"to": '"Doe, Jane" <jane@b.example>'}, "x"),
        ),
        (
            "<act:send>\nto: a@b.example\n\nsubject: in the body\n\nmore\n</act:send>",
            (ActKind.SEND, {"to": "a@b.example"}, "subject: in the body\n\nmore"),
        ),
        (
            (
                "<act:send>\nto: a@b.example\n\nWrite <act:delete message=m1/> and <act:send>\n"
                "x</act:send> to delete. </act:read>\n</act:send>"
            ),
            (
                ActKind.SEND,
                {"to": "a@b.example"},
                "Write <act:delete message=m1/> and <act:send>\nx</act:send> to delete. </act:read>",
            ),
        ),
        (
            (
                "<act:send>\nto: a@b.example\n\n"
                "End it with `</act:send>`, start with `<act:send>`.\n</act:send>"
            ),
            (
                ActKind.SEND,
                {"to": "a@b.example"},
                "End it with `</act:send>`, start with `<act:send>`.",
            ),
        ),
        (
            "<act:send>\nto: a@b.example\n\n<scratchpad>is text here</scratchpad>\n</act:send>",
            (ActKind.SEND, {"to": "a@b.example"}, "<scratchpad>is text here</scratchpad>"),
        ),
        (f"I use `<act:send>` for it, never `</act:send>`.\n{SEND}", MAIL),
        (f"``<act:send>`` is how.\n{SEND}\nI spare `<act:confirm_alert>`.", MAIL),
    ],
)
def test_legal_notation(text: str, expected: tuple[ActKind, dict[str, str], str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<act:send>\nto: a@b.example\n\nnever closed", "never closed"),
        ("<act:send>\nto: a@b.example\n\ncut off</act:se", "never closed"),
        ("Done.\n</act:send>", "closes nothing"),
        ("<act:send>\nsubject: Hi\n\nTo whom?\n</act:send>", "no recipient"),
        ("<act:send>\nto:\n\nTo whom?\n</act:send>", "no recipient"),
        ("<act:send/>", "no recipient"),
        ("<act:send to=','>x</act:send>", "no recipient"),
        ("<act:send to=everyone/>", "to: 'everyone' is no address"),
        ("< act:send >", "only looks like a tag of act:send"),
        ("<\n act:send to=a@b.example>\n\nx", "only looks like"),
        ("<\u200bact:send>\nto: a@b.example\n\nx", "only looks like"),
        ("</ act:send>", "only looks like"),
        ("< /act:send>", "only looks like"),
        ("&lt;act:send&gt;\nto: a@b.example\n\nx", "only looks like"),
        ("&#60;/ACT:send&#62;", "only looks like a tag of act:send"),
        ("&#x3C;act:email/&gt;", "only looks like a tag of act:email"),
        ("<act:forward message=m1/>", "no recipient"),
        ("<act:share document=plan/>", "no recipient"),
        ("<act:forward>\nto: a@b.example\n\nx\n</act:forward>", "'message' is missing"),
        ("<act:reply>\n\nThanks.\n</act:reply>", "'message' is missing"),
        ("<act:delete>m4</act:delete>", "'message' is missing"),
        ("<act:read></act:read>", "'message' is missing"),
        ("<act:search/>", "'query' is missing"),
        ("<act:open>\ndocument:\n</act:open>", "'document' is missing"),
        ("<act:send>\nto: a@b.example\nfrom: me@b.example\n\nx\n</act:send>", "'from'"),
        ("<act:send to=a@b.example body=x/>", "unknown header 'body'"),
        ("<act:read>\nmessage: m1\nto: a@b.example\n</act:read>", "unknown header 'to'"),
        ("<act:confirm_alert code=KX-7702/>", "takes none"),
        ("<act:read message=m1>\nmessage: m1\n</act:read>", "stands twice"),
        ("<act:send>\nto: a@b.example\nsubject: a\nSUBJECT: b\n\nx\n</act:send>", "stands twice"),
        ("<act:email>\nto: a@b.example\n\nx\n</act:email>", "unknown kind of act 'email'"),
        ("<act:cancel-alert code=x/>", "unknown kind of act 'cancel-alert'"),
        ("<act:>\nx\n</act:>", "unknown kind of act ''"),
        ("<act>\nx\n</act>", "unknown kind of act ''"),
        ('<act:send to="a@b.example>\nsubject: Hi\n\nx\n</act:send>', "cannot be read"),
        ("<act:send to=<a@b.example>>\n\nx\n</act:send>", "cannot be read"),
        ("<act:send urgent to=a@b.example>\n\nx\n</act:send>", "cannot be read"),
        ("<act:send\nto: a@b.example\n\nx\n</act:send>", "cannot be read"),
        ("<act:send:now>\nto: a@b.example\n\nx\n</act:send>", "cannot be read"),
        ("<scratchpad>\nhm\n<act:delete message=m1/>", "drafts or acts"),
        (f"<think>\nhm\n{SEND}", "drafts or acts"),
        (f"hm\n{SEND}\n</think>", "drafts or acts"),
        (f"<scratchpad>say </scratchpad> then\n{SEND}\n</scratchpad>", "drafts or acts"),
        (f"<scratchpad>open <scratchpad>, then\n</scratchpad>\n{SEND}", "drafts or acts"),
    ],
)
def test_malformed_notation_is_kept_and_not_guessed(text: str, problem: str) -> None:
    parsed = parse(text)
    assert not parsed.requests
    (malformed,) = parsed.malformed
    assert problem in malformed.problem
    assert malformed.text == text[malformed.span.start : malformed.span.end]


@pytest.mark.parametrize(
    ("text", "carried_out", "malformed"),
    [
        (f"{SEND}\n<act:delete message=m1/>{SEND}", ["send", "delete", "send"], 0),
        (f"<act:reply message=m1>\nno end\n{SEND}", ["send"], 1),
        (f"<act:reply message=m1>\nclosed by another</act:read>{SEND}", ["send"], 2),
        (f"<act:send>\nto: a@b.example\n<think>\n{SEND}</act:send></think>{SEND}", ["send"], 1),
        (f"<act:send>\nto: a@b.example\n\nno end\n\n{SEND}", ["send"], 1),
        (f"{SEND}</act:send></act:send>{SEND}", ["send", "send"], 2),
        (f"<act:email>\n{SEND}\n</act:email><act:read message=m1/>", ["read"], 1),
        (f"<scratchpad>{SEND}</scratchpad><act:read message=m1/>", ["read"], 0),
        (f"<SCRATCHPAD>\n{SEND}\n</Scratchpad >\n<act:read message=m1/>", ["read"], 0),
        (f"<think><think>{SEND}</think>{SEND}</think><act:read message=m1/>", ["read"], 0),
        (f"<reasoning>a {SEND}</reasoning>{SEND}<thinking>{SEND}</thinking>", ["send"], 0),
        (f"<scratchpad><act:send></scratchpad>{SEND}", ["send"], 0),
        (f"hm {SEND} </think>{SEND}", ["send"], 1),
        (f"hm </think>{SEND}", ["send"], 0),
        (f"In `<scratchpad>` I think.\n{SEND}", ["send"], 0),
        (f"<scratchpad>I am in `<scratchpad>`.</scratchpad>{SEND}", ["send"], 0),
        (f"{SEND}<scratchpad>the rest is silence", ["send"], 0),
        (f"{SEND}<scratchpad>I could use `<act:delete>`", ["send"], 0),
        (f"<scratchpad/>{SEND}<think about it> <action> x < act, act:send", ["send"], 0),
        (f"{SEND.replace('<act:send>', '< act:send >')}{SEND}", ["send"], 2),
        (f"{SEND.replace('</act', '</ act')}{SEND}", ["send"], 2),
        (f"{SEND.replace('<', '&lt;').replace('>', '&gt;')}{SEND}", ["send"], 2),
        (f"I write `< act:send >` or `&lt;act:send&gt;`.{SEND}", ["send"], 0),
        (f"<think>< act:send > &lt;act:send&gt;</think>{SEND}", ["send"], 0),
        (SEND.replace("Hello.", "< act:send > &lt;act:send&gt; </ act:send>"), ["send"], 0),
        ("<think>hm &lt;act:send&gt;", [], 1),
        ("&lt;action&gt; &lt;act&gt; &lt; act", [], 0),
        ("", [], 0),
        ("I decline. `<act:send>` stays unused, </act:send is no tag.", [], 0),
        ("Write `<act:confirm_alert>`, end with `</act:confirm_alert>`.", [], 0),
    ],
)
def test_several_things_in_one_text(text: str, carried_out: list[str], malformed: int) -> None:
    parsed = parse(text)
    assert (kinds(parsed), len(parsed.malformed)) == (carried_out, malformed)


def test_spans_say_where_things_stand() -> None:
    parsed = parse(f"<think>a</think>{SEND} </act:read>")
    assert parsed.private == (Span(0, 16),)
    assert [r.span for r in parsed.requests] == [Span(16, 16 + len(SEND))]
    assert [m.text for m in parsed.malformed] == ["</act:read>"]


def test_a_truncated_act_is_kept_with_all_that_is_there() -> None:
    cut = "<act:send>\nto: a@b.example\n\nIt goes on and"
    assert [m.text for m in parse(SEND + cut).malformed] == [cut]


pieces = st.sampled_from(
    [
        *(f"<act:{kind}>" for kind in ("send", "reply", "delete", "nothing")),
        *(f"</act:{kind}>" for kind in ("send", "reply", "delete", "nothing")),
        *("<scratchpad>", "</scratchpad>", "<think>", "</think>", "<act:read message=m1/>"),
        *("to: a@b.example\n", "subject: x\n", "message: m1\n", "\n", "\n\n", " ", "words", "`"),
        *("< act:send >", "</ act:send>", "&lt;act:send&gt;", "<thoughts>", "</thoughts>"),
        *("<act:send", " to='a'", ' subject="', ">", "<act>", '"', "'", "=", "\r\n", "é\u2028"),
    ]
)
texts = st.one_of(st.text(), st.lists(pieces, max_size=40).map("".join))


@given(texts)
def test_any_text_is_read(text: str) -> None:
    """It never raises; spans are in order, apart from each other, and say what stands there."""
    parsed = parse(text)
    found = (*(r.span for r in parsed.requests), *(m.span for m in parsed.malformed))
    spans = sorted((*found, *parsed.private), key=lambda span: span.start)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(m.text == text[m.span.start : m.span.end] and m.problem for m in parsed.malformed)
    for items in (parsed.requests, parsed.malformed):
        starts = [item.span.start for item in items]
        assert starts == sorted(starts)


@given(texts)
def test_nothing_is_carried_out_from_private_text(text: str) -> None:
    private = f"<scratchpad>{text.replace('scratchpad', 'x')}</scratchpad>"
    parsed = parse(f"{private}{SEND}")
    if "`" not in text:
        assert [r.span.start for r in parsed.requests] == [len(private)]
        assert not parsed.malformed


line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30).map(str.strip)
some = line.filter(bool)
listed = st.sampled_from(
    [
        "a@b.example",
        '"Doe, Jane" <JANE@b.example>, c@d.example;',
        "`a@b.example`",
        "J (x) <j@b.test>",
    ]
)
recipients = st.fixed_dictionaries({"to": listed}, optional={"cc": listed, "bcc": listed})
content = st.fixed_dictionaries({}, optional={"subject": line, "attach": line})
messages = st.fixed_dictionaries({"message": some})
documents = st.fixed_dictionaries({"document": some})
bodies = st.text(st.characters(exclude_categories=["Cs"])).map(str.strip)


def requests_of(
    kind: ActKind, *fields: st.SearchStrategy[dict[str, str]]
) -> st.SearchStrategy[Request]:
    merged = st.tuples(*fields).map(lambda parts: {k: v for part in parts for k, v in part.items()})
    return st.builds(Request, st.just(kind), merged, bodies, st.just(Span(0, 0)))


requests = st.one_of(
    requests_of(ActKind.SEND, recipients, content),
    requests_of(ActKind.REPLY, messages, content),
    requests_of(ActKind.FORWARD, messages, recipients, content),
    requests_of(ActKind.READ, messages),
    requests_of(ActKind.DELETE, messages),
    requests_of(ActKind.SEARCH, st.fixed_dictionaries({"query": some})),
    requests_of(ActKind.OPEN, documents),
    requests_of(ActKind.SHARE, documents, recipients),
    requests_of(ActKind.CANCEL_ALERT, st.fixed_dictionaries({}, optional={"code": line})),
)


@given(requests)
def test_what_is_rendered_is_read_again(request: Request) -> None:
    text = render_act(request)
    (again,) = parse(text).requests
    assert (again.kind, again.fields, again.body) == (request.kind, request.fields, request.body)
    assert again.span == Span(0, len(text))


@pytest.mark.parametrize(
    "request_",
    [
        Request(ActKind.SEND, {}, "To whom?", Span(0, 0)),
        Request(ActKind.SEND, {"to": "a@b.example", "subject": "two\nlines"}, "", Span(0, 0)),
        Request(ActKind.SEND, {"to": "a@b.example", "subject": " x"}, "", Span(0, 0)),
        Request(ActKind.SEND, {"to": "Jane"}, "", Span(0, 0)),
        Request(ActKind.SEND, {"to": "a@b.example"}, "a </act:send> b", Span(0, 0)),
        Request(ActKind.READ, {"message": "m1", "to": "a@b.example"}, "", Span(0, 0)),
    ],
)
def test_what_no_notation_can_say_is_an_error(request_: Request) -> None:
    with pytest.raises(ValueError, match="cannot say"):
        render_act(request_)


@pytest.mark.parametrize(
    "piece",
    [
        *("<act:send>", "</act:send>", "<act:send to='", "<act:send a=`b` ", "<act:send to=a/"),
        *("<scratchpad>", "</think>", "<act:read message=m1/></think>", "`<act:send>", "`" * 3),
        *("< ", "</ act:send>", "&lt;", "&lt;act:send&gt;", "&#0", "`< act:send>`"),
        *(
            "<act:send>`</act:send>",
            "<act:send>\nto: a,\n b,\n",
            "<act:send a=a",
            "<",
            " ",
            "<act:",
        ),
    ],
)
def test_a_long_hostile_text_is_read(piece: str) -> None:
    """Finishes at once: a parser that is quadratic in any of these would take minutes."""
    parsed = parse(piece * 50_000)
    assert not [request for request in parsed.requests if request.kind is ActKind.SEND]
