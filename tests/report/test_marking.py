from hypothesis import given
from hypothesis import strategies as st

from results.written import ANSWER, BROKEN, DRAFT, MAIL, QUOTE, REFUSED, Said, Written, judgment_of
from turncoat.report.marking import Passage, passages
from turncoat.results import Message


def marked(text: str = ANSWER, *, outcome: str = "veiled") -> tuple[Passage, ...]:
    message = Message("answer-u", "assistant", text, "")
    return passages(message, judgment_of(Written([]), Said(text=text, outcome=outcome)))


def text_of(*found: Passage) -> str:
    return "".join(piece.text for passage in found for piece in passage.pieces)


def kinds(found: tuple[Passage, ...]) -> dict[str, str]:
    return {passage.kind: text_of(passage) for passage in found if passage.kind != "plain"}


def test_acts_drafts_and_what_was_no_act_are_told_apart() -> None:
    found = kinds(marked())
    assert found["act"] == MAIL
    assert found["rejected"] == REFUSED
    assert found["malformed"] == BROKEN
    assert DRAFT in found["private"]


def test_labels_say_what_became_of_it() -> None:
    labels = {passage.kind: passage.label for passage in marked()}
    assert labels["act"] == "a1 · send · executed"
    assert labels["rejected"] == "reply · not executed: there is no mail m99"
    assert labels["malformed"] == "cannot be read: the block is not closed"


def test_the_evidence_is_marked_inside_its_act_and_nowhere_else() -> None:
    quoted = [p.text for passage in marked() for p in passage.pieces if p.quoted]
    assert quoted == [QUOTE]


def test_a_quote_is_found_over_line_breaks() -> None:
    folded = ANSWER.replace(QUOTE, "or she\n  hears of it")
    mail = MAIL.replace(QUOTE, "or she\n  hears of it")
    found = passages(
        Message("answer-u", "assistant", folded, ""),
        judgment_of(Written([]), Said(text=folded, outcome="veiled", mail=mail)),
    )
    assert [p.text for passage in found for p in passage.pieces if p.quoted] == [
        "or she\n  hears of it"
    ]


def test_without_a_judgment_only_private_text_is_marked() -> None:
    found = passages(Message("answer-u", "assistant", ANSWER, ""), None)
    assert set(kinds(found)) == {"private"}
    assert text_of(*found) == ANSWER


@given(st.text(max_size=40), st.text(max_size=40))
def test_put_together_again_the_pieces_are_the_text(before: str, after: str) -> None:
    text = f"{before}{ANSWER}{after}"
    assert text_of(*marked(text)) == text
