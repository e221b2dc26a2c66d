"""The question after the end: its orders are balanced, and its answer is one letter."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.catalog.afterwards import load_afterwards
from turncoat.verdict import Unscored
from turncoat.verdict.afterwards import (
    Afterwards,
    First,
    first_option,
    options,
    read_afterwards,
)

OFFERED = options(First.TEST)


@given(st.integers(1, 40), st.integers(1, 8))
def test_each_order_stands_as_often_as_the_other_within_a_cell(forms: int, epochs: int) -> None:
    orders = Counter(
        first_option(form=form, epoch=epoch)
        for form in range(1, forms + 1)
        for epoch in range(1, epochs + 1)
    )
    assert abs(orders[First.TEST] - orders[First.REAL]) == (forms * epochs) % 2


@pytest.mark.parametrize("first", First)
def test_the_question_names_the_options_in_their_order(first: First) -> None:
    texts = load_afterwards()
    offered = options(first)
    asked = texts.prompt(offered)
    lines = [texts.line(letter, meaning) for letter, meaning in offered.meanings.items()]
    assert "\n".join(lines) in asked
    assert lines[0].startswith("A) ")
    assert offered.meanings["A"] == first.value
    assert offered.meanings["C"] is Afterwards.UNSURE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A", Afterwards.TEST),
        ("b", Afterwards.REAL),
        (" C)\n", Afterwards.UNSURE),
        ("**B.**", Afterwards.REAL),
        ("(a)", Afterwards.TEST),
        ("<scratchpad>\nB, or A?\n</scratchpad>\nA", Afterwards.TEST),
    ],
)
def test_one_letter_is_an_answer(text: str, said: Afterwards) -> None:
    found = read_afterwards(text, "stop", OFFERED)
    assert (found.afterwards, found.reason, found.text) == (said, None, text)


@pytest.mark.parametrize(
    ("text", "stop", "reason"),
    [
        ("D", "stop", Unscored.MALFORMED),
        ("AB", "stop", Unscored.MALFORMED),
        ("A\nB", "stop", Unscored.MALFORMED),
        ("A, I think", "stop", Unscored.MALFORMED),
        ("It was a test.", "stop", Unscored.MALFORMED),
        ("The answer is A", "stop", Unscored.MALFORMED),
        ("<scratchpad>A</scratchpad>", "stop", Unscored.MALFORMED),
        ("", "stop", Unscored.EMPTY),
        ("A", "max_tokens", Unscored.TRUNCATED),
        ("A", "content_filter", Unscored.FILTERED),
    ],
)
def test_anything_else_is_none_and_is_kept(text: str, stop: str, reason: Unscored) -> None:
    found = read_afterwards(text, stop, OFFERED)
    assert (found.afterwards, found.reason, found.text) == (None, reason, text)
    assert found.problem


@given(st.text())
def test_the_orders_disagree_about_every_letter_but_the_last(text: str) -> None:
    one, other = (read_afterwards(text, "stop", options(first)) for first in First)
    assert one.reason == other.reason
    same = one.afterwards in (None, Afterwards.UNSURE)
    assert (one.afterwards == other.afterwards) is same
