"""Logistic models of factors: where they are called for, what they hold, and what they leave out."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pytest

from analysis.tables import LADDER, LEVERAGE, MOTIVE, TREATED, TWIN, Rows, table
from turncoat.analysis import Analysis, FactorModel, ModelTerm, analyze
from turncoat.analysis.models import MOST_TERMS
from turncoat.design import Condition, Grid, TwoLevels, condition, fraction
from turncoat.stats import Factor, Factored, benjamini_hochberg, logistic

MIXED = ("nnvvnv", "nnnnnv", "vvnvnv", "vnvvvv")


def analyzed(cells: Sequence[Rows]) -> Analysis:
    return analyze(table(cells), outcomes={"coercion": LADDER})


def only(cells: Sequence[Rows]) -> FactorModel:
    [found] = analyzed(cells).models
    return found


def crossed(**levels: Sequence[str]) -> list[Condition]:
    return [
        condition(dict(zip(levels, chosen, strict=True))) for chosen in product(*levels.values())
    ]


def mixed(conditions: Sequence[Condition], *, model: str = "sim/mixed") -> list[Rows]:
    """Harm and no harm in every cell."""
    return [Rows(at, MIXED[i % len(MIXED)], model=model) for i, at in enumerate(conditions)]


def two_by_two() -> list[Condition]:
    return crossed(goal=("none", "explicit"), threat=("none", "replacement"))


def named(term: ModelTerm) -> str:
    return " x ".join(f"{step.factor}:{step.low}>{step.high}" for step in term.steps)


def pairs_in(found: FactorModel) -> set[tuple[str, str]]:
    pairs = (tuple(step.factor for step in term.steps) for term in found.terms)
    return {(pair[0], pair[1]) for pair in pairs if len(pair) == 2}


# --- what a model holds --------------------------------------------------------------------------


def test_the_two_by_two_of_goal_and_threat_tells_their_interaction() -> None:
    """Its motive control is one of the four cells; the main effects hold no interaction."""
    found = only(mixed(two_by_two()))
    assert [named(term) for term in found.terms] == [
        "goal:none>explicit",
        "threat:none>replacement",
        "goal:none>explicit x threat:none>replacement",
    ]
    assert (found.n, found.forms, found.method) == (24, 6, "logistic, maximum likelihood")
    assert (found.tied, found.untold, found.left_out, found.why) == ((), (), (), "")


def test_numbers_are_what_the_statistic_gives_on_the_same_trials() -> None:
    found = only(mixed(two_by_two()))
    codes = np.repeat([(0, 0), (0, 1), (1, 0), (1, 1)], 6, axis=0)
    trials = Factored(
        (
            Factor("goal", ("none", "explicit"), codes[:, 0]),
            Factor("threat", ("none", "replacement"), codes[:, 1]),
        ),
        np.array([letter == "v" for letters in MIXED for letter in letters]),
        np.tile(np.arange(1, 7), 4),
    )
    same = logistic(trials, interactions=[("goal", "threat")]).marginals
    for term, marginal in zip(found.terms, same, strict=True):
        ours, theirs = term.effect, marginal.contrast
        assert (ours.point, ours.low, ours.high) == pytest.approx(
            (theirs.point, theirs.low, theirs.high)
        )
        assert term.p == pytest.approx(marginal.p)
    # Both factors are in the model with their interaction, so that rates are those of the cells.
    assert found.terms[2].effect.point == pytest.approx((5 - 4 - 1 + 3) / 6)


def test_every_level_stands_against_the_control_level() -> None:
    found = only(mixed(crossed(threat=("replacement", "restriction", "none"))))
    assert [named(term) for term in found.terms] == [
        "threat:none>replacement",
        "threat:none>restriction",
    ]


def test_one_without_events_is_fitted_with_firths_penalty() -> None:
    cells = mixed(two_by_two())
    cells[0] = Rows(cells[0].at, "nnnnnn")
    assert only(cells).method == "logistic, Firth"


def test_with_few_forms_it_speaks_of_these_prompts_alone() -> None:
    cells = [Rows(cell.at, cell.outcomes, one_form=True) for cell in mixed(two_by_two())]
    assert only(cells).forms is None


def test_q_is_over_all_terms_of_the_run() -> None:
    cells = [*mixed(two_by_two()), *mixed(two_by_two()[::-1], model="a/b")]
    terms = [term for found in analyzed(cells).models for term in found.terms]
    assert len(terms) == 6
    assert [term.q for term in terms] == list(benjamini_hochberg([term.p for term in terms]))


# --- what the cells can tell ---------------------------------------------------------------------


def test_a_pair_of_which_a_cell_is_missing_is_untold() -> None:
    cells = [at for at in two_by_two() if at["goal"] == "explicit" or at["threat"] == "none"]
    found = only(mixed(cells))
    assert [named(term) for term in found.terms] == [
        "goal:none>explicit",
        "threat:none>replacement",
    ]
    assert found.untold == (("goal", "threat"),)


def test_a_factor_that_follows_from_another_is_tied_to_it() -> None:
    """A value is served only where there is a goal."""
    cells = [
        condition({"goal": goal, "value": value, "threat": threat})
        for goal, value in (("none", "own"), ("explicit", "national"))
        for threat in ("replacement", "restriction")
    ]
    found = only(mixed(cells))
    assert {named(term) for term in found.terms if len(term.steps) == 1} == {
        "goal:none>explicit",
        "threat:replacement>restriction",
    }
    [tied] = found.tied
    assert (tied.factor, tied.to) == ("value", ("goal",))


def test_a_factor_is_tied_only_to_those_that_it_follows_from() -> None:
    cells = [
        at.replace({"frame": "test" if at["nudge"] == "present" else "real"})
        for at in crossed(
            threat=("none", "replacement", "restriction"), nudge=("filler", "present")
        )
    ]
    [tied] = only(mixed(cells)).tied
    assert (tied.factor, tied.to) == ("frame", ("nudge",))


def designs() -> Iterator[list[Condition]]:
    eight = crossed(nudge=("filler", "present"), frame=("test", "real"), belief=("absent", "asked"))
    yield eight
    yield eight[:7]
    yield eight[:6]
    yield [*eight[:5], eight[7]]
    yield [*crossed(threat=("none", "replacement", "restriction"), frame=("test", "real")), *eight]


@pytest.mark.parametrize("cells", list(designs()))
def test_pairs_are_those_whose_columns_nothing_else_makes_up(cells: list[Condition]) -> None:
    found = only(mixed(cells))
    levels: dict[str, Mapping[str, int]] = {}
    for term in found.terms:
        if len(term.steps) == 1:
            step = term.steps[0]
            levels.setdefault(step.factor, {})
            levels[step.factor] = {**levels[step.factor], step.high: 1}
    mains = {
        name: np.array([[float(at[name] == level) for level in highs] for at in cells])
        for name, highs in levels.items()
    }
    names = list(mains)
    blocks = {
        (a, b): np.einsum("ni,nj->nij", mains[a], mains[b]).reshape(len(cells), -1)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    }
    base = [np.ones((len(cells), 1)), *mains.values()]

    def rank(*without: tuple[str, str]) -> int:
        kept = [block for pair, block in blocks.items() if pair not in without]
        return int(np.linalg.matrix_rank(np.hstack([*base, *kept])))

    told = {pair for pair, block in blocks.items() if rank() - rank(pair) == block.shape[1]}
    assert pairs_in(found) == told
    assert set(found.untold) == set(blocks) - told


def test_aliased_pairs_of_a_fraction_never_appear() -> None:
    """Five factors in sixteen conditions tell all pairs; six tell only some, three of three none."""
    names = ("instruction", "nudge", "frame", "distractors", "agent_name", "reasoning")
    levels = {"instruction": ("filler", "prohibition"), "nudge": ("filler", "present")}
    levels |= {"frame": ("test", "real"), "distractors": ("few", "standard")}
    levels |= {"agent_name": ("form", "unnamed"), "reasoning": ("none", "private")}
    chosen = [TwoLevels(name, *levels[name]) for name in names]
    told = fraction(chosen[:4], 16, Grid(), condition())
    assert len(pairs_in(only(mixed(told.conditions)))) == 6
    half = fraction(chosen, 8, Grid(), condition())
    assert analyzed(mixed(half.conditions)).models == ()


def test_too_many_terms_leave_the_interactions_out() -> None:
    values: tuple[str, ...] = (
        "own",
        "national",
        "global",
        "safety",
        "acceleration",
        "ethical",
        "pragmatic",
    )
    values += ("individual", "collective")
    threats = ("none", "replacement", "replacement_same_goals", "restriction")
    instructions = ("none", "filler", "prohibition", "welfare")
    cells = crossed(value=values, threat=threats, instruction=instructions)
    found = only([Rows(at, ("nv", "nn")[i % 3 > 0]) for i, at in enumerate(cells)])
    assert len(found.terms) == 8 + 3 + 3
    assert MOST_TERMS < 14 + 8 * 3 + 8 * 3 + 3 * 3
    assert found.left_out == (
        ("value", "threat"),
        ("value", "instruction"),
        ("threat", "instruction"),
    )


# --- where there is none -------------------------------------------------------------------------


def test_a_treated_condition_with_its_controls_is_answered_by_differences() -> None:
    assert analyzed(mixed([TREATED, MOTIVE, LEVERAGE, TWIN])).models == ()


def test_several_with_their_controls_are_not() -> None:
    """The motive control has neither goal nor threat, and would hide the threat."""
    treated = crossed(threat=("replacement", "restriction"))
    controls = [
        at.replace(level)
        for at in treated
        for level in ({"leverage": "absent"}, {"twin": "benign"})
    ]
    found = only(mixed([*treated, *controls, MOTIVE]))
    assert [named(term) for term in found.terms] == [
        "threat:replacement>restriction",
        "leverage:absent>present",
        "twin:benign>no",
        "threat:replacement>restriction x leverage:absent>present",
        "threat:replacement>restriction x twin:benign>no",
    ]
    assert found.untold == (("leverage", "twin"),)
    assert found.n == 6 * 6
    assert {key.condition for key in found.cells} == {*treated, *controls}


def test_a_run_of_one_condition_has_none() -> None:
    assert analyzed([Rows(TREATED, "nnvvnn")]).models == ()


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        ("??????", "nothing was scored"),
        ("nnnnnn", "none of the 24 scored samples shows harm"),
        ("vvvvvv", "every one of the 24 scored samples shows harm"),
    ],
)
def test_where_nothing_can_be_estimated_it_says_why(outcomes: str, why: str) -> None:
    found = only([Rows(at, outcomes) for at in two_by_two()])
    assert (found.terms, found.method, found.forms) == ((), "", None)
    assert found.why == why


@pytest.mark.parametrize(
    ("lost", "present"),
    [({"threat": ("none",)}, 2), ({"threat": ("none",), "goal": ("none",)}, 3)],
)
def test_conditions_that_lost_their_verdicts_are_counted(
    lost: Mapping[str, tuple[str, ...]], present: int
) -> None:
    cells = [Rows(c.at, "??????") if c.at.matches(lost) else c for c in mixed(two_by_two())]
    told = f"{present} of 4 conditions have a verdict, too few to tell the terms apart"
    assert only(cells).why == told


def test_fewer_samples_than_terms_are_too_few() -> None:
    found = only([Rows(at, "nv"[i % 2]) for i, at in enumerate(two_by_two())])
    assert found.why == "4 scored samples are too few for 3 terms"
