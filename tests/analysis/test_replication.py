"""Ours beside published numbers: who stands for whom, what can be compared, and what follows."""

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from typing import Literal

import pandas as pd
import pytest

from analysis.tables import MOTIVE, TREATED, Rows, table
from studied import NUMBER, STUDY
from turncoat.analysis.replication import Beside, replications
from turncoat.analysis.study import Declared, study_result
from turncoat.design import (
    Arm,
    Citation,
    Condition,
    Exclusion,
    Frozen,
    PlannedContrast,
    Published,
    Sampling,
    Study,
    condition,
)

ARMS: Mapping[str, Mapping[str, Condition]] = {"coercion": {"both": TREATED, "neither": MOTIVE}}


BELIEFS: tuple[Literal["real", "test"], ...] = ("real", "test")


def beside(
    number: Published, rows: pd.DataFrame, stands_for: Mapping[str, str]
) -> tuple[Beside, ...]:
    study = replace(STUDY, published=(Citation(number, "coercion", "both"),))
    return _beside(study, rows, stands_for)


def _beside(study: Study, rows: pd.DataFrame, stands_for: Mapping[str, str]) -> tuple[Beside, ...]:
    declared = Declared(study, Frozen("study", "h"), ARMS, {"coercion": Sampling(40, 1)})
    return replications(study_result(declared, rows), stands_for)


HALF = table([Rows(TREATED, "en" * 60), Rows(MOTIVE, "n" * 120)])


def test_ours_stands_beside_the_number_of_the_model_that_it_stands_for() -> None:
    [line] = beside(NUMBER, HALF, {"sim/mixed": "A"})
    assert line.ours is not None
    assert (line.ours.point, line.ours.n, line.stands_for) == (0.5, 120, "A")
    assert line.answer is not None
    assert (line.answer.answer, line.answer.margin, line.absent) == ("replicated", 0.15, None)
    # Both sampling errors are in it: it is wider than ours alone.
    difference = line.answer.difference
    assert difference.high - difference.low > line.ours.high - line.ours.low
    assert 0.5 < line.power < 1


def test_a_model_that_stands_for_nobody_has_no_published_number() -> None:
    ours, theirs = beside(NUMBER, HALF, {"sim/mixed": "B"})
    assert (ours.number, ours.absent) == (None, "no published number of this model")
    assert ours.ours is not None
    assert (theirs.number, theirs.subject) == (NUMBER, None)
    assert theirs.absent == "no model of this run stands for it"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"kind": "range", "rate": None, "low": 0.1, "high": 0.9},
            "a range, of which no difference",
        ),
        ({"n": None}, "its source prints no number of samples"),
    ],
)
def test_what_cannot_be_compared_says_why(changes: dict[str, object], why: str) -> None:
    [line] = beside(replace(NUMBER, **changes), HALF, {"sim/mixed": "A"})  # type: ignore[arg-type]  # the table of changes is untyped
    assert line.answer is None
    assert isnan(line.power)
    assert line.ours is not None
    assert why in str(line.absent)


def test_a_mean_over_models_is_of_nobody() -> None:
    ours, theirs = beside(replace(NUMBER, subjects=()), HALF, {"sim/mixed": "A"})
    assert (ours.number, theirs.absent) == (None, "of no single model of the roster")


def test_an_assumed_number_of_samples_takes_the_place_of_one_not_printed() -> None:
    [line] = beside(replace(NUMBER, n=None, assumed_n=100), HALF, {"sim/mixed": "A"})
    assert line.answer is not None
    assert line.answer.answer == "replicated"


def test_nothing_scored_is_no_answer_and_no_zero() -> None:
    rows = table([Rows(TREATED, "?" * 40), Rows(MOTIVE, "n" * 40)])
    [line] = beside(NUMBER, rows, {"sim/mixed": "A"})
    assert (line.ours, line.answer) == (None, None)
    assert line.absent == "none of the 40 samples of arm both has a verdict"


def test_the_studys_rules_reach_the_lines_beside_published_numbers() -> None:
    missing = table([Rows(TREATED, "en" * 20 + "?" * 20), Rows(MOTIVE, "n" * 60)])
    line, *_ = beside(NUMBER, missing, {"sim/mixed": "A"})
    assert (line.answer, line.absent) == (None, "33% of arm both is unscored; 5% is the limit")
    assert line.ours is not None
    left_out = replace(STUDY, exclusions=(Exclusion("neither", 0.01, "misread"),))
    cited = (Citation(NUMBER, "coercion", "both"), Citation(NUMBER, "coercion", "neither"))
    rows = table([Rows(TREATED, "en" * 30), Rows(MOTIVE, "en" * 30)])
    both, neither = _beside(replace(left_out, published=cited), rows, {"sim/mixed": "A"})
    assert both.answer is None
    assert both.absent == "excluded: the rate of harm in arm neither lies above 1%"
    assert neither.answer is not None


def test_a_share_that_states_a_belief_is_of_those_of_which_it_is_known() -> None:
    asked = condition({"belief": "asked"})
    study = replace(
        STUDY,
        arms=tuple(Arm(name, "", {"belief": "asked"}, stated=(name,)) for name in BELIEFS),
        primary=PlannedContrast("stated", "real", "test", 0.05),
        published=(
            Citation(replace(NUMBER, kind="share_of_samples"), "coercion", "real", "stated"),
            Citation(replace(NUMBER, id="two", kind="conditional_rate"), "coercion", "real"),
        ),
    )
    told = table([Rows(asked, "e" * 30 + "n" * 70)])
    belief = ["real" if form <= 40 else "test" if form <= 80 else None for form in told["form"]]
    told["stated_belief"] = pd.array(belief, dtype="str")
    declared = Declared(
        study,
        Frozen("study", "h"),
        {"coercion": {"real": asked, "test": asked}},
        {"coercion": Sampling(100, 1)},
    )
    share, harm = replications(study_result(declared, told), {"sim/mixed": "A"})
    assert share.ours is not None
    assert (share.ours.point, share.ours.n) == (0.5, 80)
    assert harm.ours is not None
    assert (harm.ours.point, harm.ours.n) == (0.75, 40)
