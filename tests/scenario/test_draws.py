"""Draws are the same on every machine for ever: a form's number is part of a sample's id."""

from hypothesis import given
from hypothesis import strategies as st

from turncoat.scenario.draws import Draws


def test_the_stream_is_fixed() -> None:
    draws = Draws("coercion/7/firm")
    assert [draws.index(100) for _ in range(6)] == [73, 8, 80, 4, 81, 53]
    assert Draws("coercion/7/code").code("AA-999") == "BF-924"


@given(st.text(), st.integers(1, 50), st.data())
def test_several_are_distinct_and_of_the_pool(seed: str, size: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, size))
    drawn = Draws(seed).several(range(size), count)
    assert len(set(drawn)) == count
    assert set(drawn) <= set(range(size))


@given(st.text(), st.text(alphabet="A9-x", max_size=12))
def test_a_code_follows_its_pattern(seed: str, pattern: str) -> None:
    code = Draws(seed).code(pattern)
    assert len(code) == len(pattern)
    for char, wanted in zip(code, pattern, strict=True):
        assert (
            char.isupper() if wanted == "A" else char.isdigit() if wanted == "9" else char == wanted
        )
