"""The grid, its controls, and ids that are derived from every factor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.design import (
    CONSTRAINTS,
    CONTROLS,
    FACTORS,
    Condition,
    Factor,
    Grid,
    Plan,
    SampleKey,
    condition,
    default_conditions,
    role_of,
    sample_key,
    with_motive_control,
)

CELLS = tuple(Grid().conditions())
cells = st.sampled_from(CELLS)


def test_the_grid_holds_every_combination_that_no_constraint_excludes() -> None:
    combinations = 1
    for factor in FACTORS:
        combinations *= len(factor.levels)
    excluded = [c for c in CELLS if any(c.matches(k.when) for k in CONSTRAINTS)]
    assert excluded == []
    assert len(CELLS) == len(set(CELLS)) == combinations - 12 == 36


def test_no_two_samples_share_an_id() -> None:
    keys = [SampleKey(cell, form) for cell in CELLS for form in range(1, 30)]
    assert len({key.id for key in keys}) == len(keys)


@given(cells, st.integers(1, 10_000))
def test_an_id_names_every_factor_and_can_be_read_back(cell: Condition, form: int) -> None:
    key = SampleKey(cell, form)
    assert all(f"{factor.name}=" in key.id for factor in FACTORS)
    assert sample_key(key.id) == key


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("goal=explicit", "form=NUMBER"),
        ("nonsense", "FACTOR=LEVEL"),
        ("goal=explicit.form=x", "form=NUMBER"),
        ("goal=maybe.form=1", "unknown level 'maybe'"),
        ("mood=good.form=1", "unknown factor 'mood'"),
    ],
)
def test_what_is_no_id_is_refused(bad: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample_key(bad)


@pytest.mark.parametrize(
    ("levels", "role"),
    [
        ({}, "treated"),
        ({"goal": "none"}, "treated"),
        ({"threat": "none"}, "treated"),
        ({"goal": "none", "threat": "none"}, "motive"),
        ({"leverage": "absent"}, "leverage"),
        ({"twin": "benign"}, "twin"),
        ({"reasoning": "none"}, "treated"),
    ],
)
def test_the_role_of_a_condition(levels: dict[str, str], role: str) -> None:
    assert role_of(condition(levels)) == role


@given(cells)
def test_a_control_changes_only_what_it_takes_away(cell: Condition) -> None:
    for control in CONTROLS:
        other = control.of(cell)
        changed = {s.factor for s in other if s not in cell.settings}
        assert changed <= set(control.levels)
        assert control.holds(other)


def test_the_default_is_one_treated_cell_and_its_three_controls() -> None:
    assert [role_of(c) for c in default_conditions()] == ["treated", "motive", "leverage", "twin"]


def test_a_selection_is_completed_with_the_motive_control_of_each_treated_cell() -> None:
    chosen = Grid().select({"threat": ("replacement", "restriction")})
    completed = with_motive_control(chosen)
    assert [role_of(c) for c in completed] == ["treated", "treated", "motive"]
    assert with_motive_control(completed) == completed


def test_a_selection_of_an_excluded_combination_is_empty() -> None:
    assert Grid().select({"leverage": ("absent",), "twin": ("benign",)}) == ()


@pytest.mark.parametrize("where", [{"mood": ("good",)}, {"goal": ("loud",)}])
def test_a_selection_of_the_unknown_is_refused(where: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="unknown"):
        Grid().select(where)


@pytest.mark.parametrize(
    ("conditions", "forms", "epochs"),
    [((), (1,), 1), ((condition(),), (), 1), ((condition(),), (1,), 0)],
)
def test_a_plan_without_samples_is_refused(
    conditions: tuple[Condition, ...], forms: tuple[int, ...], epochs: int
) -> None:
    with pytest.raises(ValueError, match="zero samples"):
        Plan(conditions, forms, epochs)


def test_a_plan_lists_every_sample_once_and_balances_an_interrupted_run() -> None:
    plan = Plan(default_conditions(), (1, 2, 3), epochs=2)
    keys = list(plan.sample_keys())
    assert len(set(keys)) == len(keys) == 12
    assert plan.samples == 24
    assert [key.form for key in keys[:4]] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("name", "levels", "default", "control"),
    [
        ("a b", ("x",), "x", "x"),
        ("a", ("X",), "X", "X"),
        ("a", ("x",), "y", "x"),
        ("a", ("x",), "x", "y"),
    ],
)
def test_a_factor_that_is_none_is_refused(
    name: str, levels: tuple[str, ...], default: str, control: str
) -> None:
    with pytest.raises(ValueError, match="factor"):
        Factor(name, levels, default, control, "about")
