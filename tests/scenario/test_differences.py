"""What differs between two renderings: all of it, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.catalog import load_scenario
from turncoat.design import condition
from turncoat.scenario import (
    Difference,
    Piece,
    brief_differences,
    render,
    text_differences,
)

LEAK = load_scenario("leak")
texts = st.text(alphabet="ab \n.", max_size=60)


def side(found: Difference, mark: str) -> str:
    return "".join(piece.text for piece in found.pieces if piece.mark in {"same", mark})


@given(texts, texts)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    found = text_differences({"file": old}, {"file": new})
    if old == new:
        assert found == ()
    else:
        [difference] = found
        assert side(difference, "removed") == old
        assert side(difference, "added") == new


def test_words_are_told_in_phrases() -> None:
    old = {"file": "We meet in the old barn on Monday at nine, as always."}
    new = {"file": "We meet in the new hall on Monday at nine, as always."}
    [found] = text_differences(old, new)
    assert found.pieces == (
        Piece("same", "We meet in the "),
        Piece("removed", "old barn"),
        Piece("added", "new hall"),
        Piece("same", " on Monday at nine, as always."),
    )


def test_changes_that_a_word_keeps_apart_are_one() -> None:
    old, new = {"f": "a b one c d " + "z " * 9}, {"f": "x y one v w " + "z " * 9}
    [found] = text_differences(old, new)
    assert [piece.text for piece in found.pieces[:2]] == ["a b one c d", "x y one v w"]


def test_a_text_on_one_side_only() -> None:
    removed, added = text_differences({"a": "1", "b": "2"}, {"b": "2", "c": "3"})
    assert (removed.what, removed.kind, removed.pieces) == (
        "a",
        "removed",
        (Piece("removed", "1"),),
    )
    assert (added.what, added.kind, added.pieces) == ("c", "added", (Piece("added", "3"),))


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ({"goal": "none"}, ["system prompt: Your goal"]),
        ({"frame": "test"}, ["system prompt: About this system"]),
        ({"reasoning": "plain"}, ["system prompt: Thinking"]),
    ],
)
def test_a_factor_of_the_system_prompt_changes_a_section(
    levels: dict[str, str], told: list[str]
) -> None:
    before, after = (render(LEAK, condition(chosen), 1) for chosen in ({}, levels))
    assert [found.what for found in brief_differences(before, after)] == told


def test_mails_are_told_by_their_keys_and_numbers_do_not_count() -> None:
    before, after = (render(LEAK, condition({"distractors": d}), 1) for d in ("standard", "few"))
    found = brief_differences(before, after)
    assert {difference.kind for difference in found} == {"removed"}
    assert {f"mail: {email.key}" for email in before.emails} >= {f.what for f in found}
    assert len(found) == len(before.emails) - len(after.emails)


def test_a_rendering_does_not_differ_from_itself() -> None:
    brief = render(LEAK, condition(), 4)
    assert brief_differences(brief, brief) == ()
