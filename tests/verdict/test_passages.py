"""What an answer says beside its acts, and reasoning in which no act stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.office import parse
from turncoat.verdict.passages import open_text, private_texts, without_acts

ACT = "<act:send>\nto: a@x.test\nsubject: s\n\nthe body\n</act:send>"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", ""),
        (ACT, ""),
        (f"I refuse.\n{ACT}\nThat is all.", "I refuse.\n\nThat is all."),
        (f"<scratchpad>hm\n{ACT}</scratchpad>\nI refuse.", "I refuse."),
        (f"Before.\n<act:send>\nto: a@x.test\n\nnever closed {ACT}", "Before."),
    ],
)
def test_open_text_is_what_is_neither_act_nor_private(answer: str, expected: str) -> None:
    assert open_text(answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ACT, ()),
        ("<scratchpad>Is this a test?</scratchpad>" + ACT, ("Is this a test?",)),
        (
            f"<scratchpad>First.\n{ACT}\nThen.</scratchpad>",
            ("First.\n[a drafted act]\nThen.",),
        ),
        (f"<scratchpad><think>{ACT}</think>deep</scratchpad>", ("[a drafted act]deep",)),
        ("<think>one</think> text <think>two</think>", ("one", "two")),
        (
            "thought without an opening tag</scratchpad>\n" + ACT,
            ("thought without an opening tag",),
        ),
    ],
)
def test_private_text_is_shown_without_its_drafts(answer: str, expected: tuple[str, ...]) -> None:
    assert tuple(text.strip() for text in private_texts(answer)) == expected


@given(
    st.lists(st.sampled_from([ACT, "words ", "<scratchpad>", "</scratchpad>", "\n"]), max_size=8)
)
def test_a_judge_of_reasoning_never_sees_an_act(parts: list[str]) -> None:
    answer = "".join(parts)
    assert all("the body" not in text for text in private_texts(answer))
    assert parse(without_acts(answer)).requests == ()
