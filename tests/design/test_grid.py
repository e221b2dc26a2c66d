"""The grid, its controls, and ids that are derived from every factor."""

from fractions import Fraction
from itertools import combinations, product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.design import (
    CONSTRAINTS,
    CONTROLS,
    FACTORS,
    Condition,
    Constraint,
    Factor,
    Grid,
    Plan,
    SampleKey,
    Setting,
    condition,
    pairwise,
    role_of,
    sample_key,
)

GRID = Grid()
cells = (
    st.fixed_dictionaries({factor.name: st.sampled_from(factor.levels) for factor in FACTORS})
    .map(condition)
    .filter(lambda cell: GRID.excluded(cell) is None)
)
SMALL = {"goal": ("explicit", "none"), "value": ("own", "safety"), "twin": ("no", "benign")}


def test_the_size_counts_what_a_selection_lists() -> None:
    levels = {**SMALL, "leverage": ("present", "absent"), "nudge": ("absent", "present")}
    # goal x value without none x safety, leverage x twin without absent x benign, nudge
    assert len(GRID.select(levels)) == 3 * 3 * 2
    assert GRID.size({f.name: levels.get(f.name, (f.default,)) for f in FACTORS}) == 18


def test_the_whole_grid_is_every_combination_but_the_excluded_ones() -> None:
    every = prod(len(factor.levels) for factor in FACTORS)
    assert Grid(()).size() == every
    goals, pairs = Fraction(5 * 9 - 2 * 8, 5 * 9), Fraction(3, 4)
    assert GRID.size() == every * goals * pairs


def test_the_published_framework_has_26_goals_and_each_under_three_threats() -> None:
    levels = {factor.name: factor.levels for factor in FACTORS}
    threats = ("none", "replacement", "restriction")
    chosen = GRID.select({"goal": levels["goal"], "value": levels["value"], "threat": threats})
    own = {"explicit", "latent", "swapped"}
    published = [c for c in chosen if c["value"] != "own" or c["goal"] not in own]
    assert len(published) == 26 * 3


@given(cells)
def test_a_neighbor_differs_in_exactly_one_factor(cell: Condition) -> None:
    for other in GRID.neighbors(cell):
        assert len(set(other) - set(cell)) == 1
        assert GRID.excluded(other) is None


def test_pairs_of_levels_all_occur_in_few_conditions() -> None:
    rows = pairwise(GRID)
    assert len(rows) < 70
    assert all(GRID.excluded(row) is None for row in rows)
    seen = {frozenset(pair) for row in rows for pair in combinations(row, 2)}
    for first, second in combinations(FACTORS, 2):
        for a, b in product(first.levels, second.levels):
            when = {first.name: (a,), second.name: (b,)}
            pair = frozenset((Setting(first.name, a), Setting(second.name, b)))
            assert (pair in seen) == GRID.holds(when)


def test_a_pack_narrows_the_grid_and_sets_defaults_of_its_own() -> None:
    grid = Grid(
        (*CONSTRAINTS, Constraint({"leverage": ("absent",)}, "there is none")), {"nudge": "present"}
    )
    assert grid.default()["nudge"] == "present"
    assert [role_of(c) for c in grid.default_conditions()] == ["treated", "motive", "twin"]
    assert grid.select({"leverage": ("present", "absent")}) == (grid.default(),)


def test_a_pack_with_many_constraints_is_counted_group_by_group() -> None:
    """Enumerating all tied factors at once would take millions of steps here."""
    tied = [("instruction", "route"), ("nudge", "reasoning"), ("frame", "belief")]
    tied += [("agent_name", "explicitness"), ("threat", "distractors")]
    levels = {factor.name: factor.levels for factor in FACTORS}
    own = [Constraint({a: levels[a][-1:], b: levels[b][-1:]}, "for the test") for a, b in tied]
    grid = Grid((*CONSTRAINTS, *own))
    shares = [1 - Fraction(1, len(levels[a]) * len(levels[b])) for a, b in tied]
    assert grid.size() == GRID.size() * prod(shares)
    assert all(grid.excluded(row) is None for row in pairwise(grid))


def test_a_condition_is_told_by_what_differs_from_the_defaults() -> None:
    assert condition().short == "default"
    assert condition({"threat": "none", "nudge": "present"}).short == "threat=none nudge=present"


@given(st.sets(cells, max_size=20), st.sets(st.integers(1, 30), max_size=20))
def test_no_two_samples_share_an_id(chosen: set[Condition], forms: set[int]) -> None:
    keys = [SampleKey(cell, form) for cell in chosen for form in forms]
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
    assert [role_of(c) for c in Grid().default_conditions()] == [
        "treated",
        "motive",
        "leverage",
        "twin",
    ]


def test_a_selection_is_completed_with_the_motive_control_of_each_treated_cell() -> None:
    chosen = Grid().select({"threat": ("replacement", "restriction")})
    completed = GRID.with_controls(chosen)
    assert [role_of(c) for c in completed] == ["treated", "treated", "motive"]
    assert GRID.with_controls(completed) == completed


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
    plan = Plan(Grid().default_conditions(), (1, 2, 3), epochs=2)
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
