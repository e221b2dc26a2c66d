"""Fractions: balanced, orthogonal, and honest about what they cannot tell apart."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.design import (
    FACTORS,
    Grid,
    TwoLevels,
    Untold,
    condition,
    fraction,
    two_levels,
    untold_of,
)

GRID = Grid()
TWO = [
    TwoLevels(f.name, f.levels[0], f.levels[1])
    for f in FACTORS
    if len(f.levels) > 1 and f.name not in ("leverage", "twin", "value")
]


def signs(design: object, factor: TwoLevels) -> list[int]:
    cells = getattr(design, "conditions", ())
    return [1 if cell[factor.factor] == factor.high else -1 for cell in cells]


@given(st.integers(2, 11), st.sampled_from([4, 8, 16, 32]))
def test_columns_are_balanced_and_orthogonal(factors: int, runs: int) -> None:
    if not runs.bit_length() - 1 <= factors < runs:
        return
    design = fraction(TWO[:factors], runs, GRID, condition())
    assert len(set(design.conditions)) == runs
    columns = [signs(design, two) for two in design.factors]
    assert all(sum(column) == 0 for column in columns)
    for a, b in combinations(columns, 2):
        assert sum(x * y for x, y in zip(a, b, strict=True)) == 0


def test_eight_factors_in_sixteen_runs_alias_no_main_effect_with_a_pair() -> None:
    design = fraction(TWO[:8], 16, GRID, condition())
    assert all(alias.interactions == () for alias in design.aliases())
    assert design.dropped == ()


def test_what_a_small_fraction_cannot_tell_apart_is_told() -> None:
    design = fraction(TWO[:7], 8, GRID, condition())
    columns = {two.factor: signs(design, two) for two in design.factors}
    assert any(alias.interactions for alias in design.aliases())
    for alias in design.aliases():
        for first, second in alias.interactions:
            product = [x * y for x, y in zip(columns[first], columns[second], strict=True)]
            assert product in (columns[alias.factor], [-x for x in columns[alias.factor]])


def test_runs_that_a_constraint_excludes_are_told() -> None:
    chosen = [
        TwoLevels("leverage", "absent", "present"),
        TwoLevels("twin", "no", "benign"),
        *TWO[:2],
    ]
    design = fraction(chosen, 8, GRID, condition())
    assert len(design.dropped) == 2
    assert len(design.conditions) == 6
    assert all(GRID.excluded(cell) for cell in design.dropped)


@pytest.mark.parametrize(("factors", "runs"), [(3, 6), (8, 8), (1, 4), (2, 8)])
def test_a_design_that_is_none_is_refused(factors: int, runs: int) -> None:
    with pytest.raises(ValueError, match="fraction"):
        fraction(TWO[:factors], runs, GRID, condition())


def test_without_dropped_runs_every_effect_can_be_told() -> None:
    assert fraction(TWO[:8], 16, GRID, condition()).untold(limit=0) == ()


def test_effects_that_dropped_runs_tie_together_are_told() -> None:
    """Of a full 2^4 a quarter is excluded: leverage and twin are no longer apart, the rest is."""
    chosen = [
        TwoLevels("leverage", "absent", "present"),
        TwoLevels("twin", "no", "benign"),
        *TWO[:2],
    ]
    design = fraction(chosen, 16, GRID, condition())
    assert len(design.dropped) == 4
    assert design.untold(limit=0.1) == (
        Untold("leverage", ("twin",)),
        Untold("twin", ("leverage",)),
    )


def test_a_factor_of_which_one_level_is_left_is_told() -> None:
    chosen = [TwoLevels("goal", "none", "explicit"), *TWO[1:3]]
    design = fraction(chosen, 8, GRID, condition({"value": "national"}))
    assert Untold("goal", ()) in design.untold(limit=0.1)


def test_columns_count_as_apart_up_to_the_limit() -> None:
    columns = {"a": (1, 1, -1, -1), "b": (1, -1, 1, -1), "c": (1, 1, 1, -1)}
    assert untold_of(columns, limit=0.6) == ()  # c is correlated by 1 / sqrt(3) with both
    assert [found.tied for found in untold_of(columns, limit=0.5)] == [("c",), ("c",), ("a", "b")]


@pytest.mark.parametrize(
    ("factor", "levels", "low"),
    [
        ("threat", ("replacement", "none"), "none"),
        ("instruction", ("prohibition", "filler"), "filler"),
        ("instruction", ("welfare", "prohibition"), "prohibition"),
        ("instruction", ("none", "filler"), "filler"),
    ],
)
def test_the_control_is_the_low_level(factor: str, levels: tuple[str, str], low: str) -> None:
    both = two_levels(factor, *levels), two_levels(factor, *reversed(levels))
    assert {two.low for two in both} == {low}
    assert {two.high for two in both} == set(levels) - {low}


@pytest.mark.parametrize("levels", [("none", "none"), ("none", "nonsense")])
def test_levels_that_are_not_two_are_refused(levels: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="threat"):
        two_levels("threat", *levels)
