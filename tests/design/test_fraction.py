"""Fractions: balanced, orthogonal, and honest about what they cannot tell apart."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.design import FACTORS, Grid, TwoLevels, condition, fraction

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
