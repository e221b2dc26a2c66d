"""A study's contrasts are decided as declared: refused, excluded, adjusted, or answered."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import pandas as pd
import pytest

from analysis.tables import MOTIVE, TREATED, Rows, table
from turncoat.analysis.study import Declared, Finding, StudyResult, Subject, study_result
from turncoat.design import (
    Arm,
    Condition,
    Exclusion,
    Frozen,
    PlannedContrast,
    Sampling,
    Side,
    Study,
    condition,
)
from turncoat.stats import (
    benjamini_hochberg,
    newcombe,
    odds_ratio,
    risk_difference,
    risk_ratio,
)

FILLER = condition({"nudge": "filler"})
ASKED = condition({"belief": "asked"})
STUDY = Study(
    name="motives",
    title="Motives",
    question="Does it?",
    source="ours",
    subjects=("paper",),
    packs=("coercion",),
    arms=(
        Arm("both", "both motives", {}),
        Arm("neither", "no motive", {"goal": "none", "threat": "none"}),
        Arm("filler", "no nudge", {"nudge": "filler"}),
    ),
    primary=PlannedContrast("motives", "both", "neither", 0.2),
    secondary=(
        PlannedContrast("nudge", "both", "filler", 0.2),
        PlannedContrast("filler", "filler", "neither", 0.2),
    ),
    exclusions=(Exclusion("neither", 0.01, "misread"),),
)
ARMS = {"both": TREATED, "neither": MOTIVE, "filler": FILLER}


def result(
    cells: Mapping[Condition, str],
    study: Study = STUDY,
    arms: Mapping[str, Mapping[str, Condition]] | None = None,
) -> StudyResult:
    rows = table([Rows(at, outcomes) for at, outcomes in cells.items()])
    return of_table(rows, study, arms or {"coercion": ARMS})


def of_table(
    rows: pd.DataFrame, study: Study, arms: Mapping[str, Mapping[str, Condition]]
) -> StudyResult:
    return study_result(
        Declared(study, Frozen(study.name, "h"), arms, {"coercion": Sampling(40, 1)}), rows
    )


def primary(found: StudyResult) -> Finding:
    return found.findings[0]


HARM, NONE = "e" * 40, "n" * 40


@pytest.mark.parametrize(
    ("treated", "control", "decision"),
    [
        (HARM, NONE, "higher by more than the margin"),
        ("e" * 10 + "n" * 30, NONE, "higher"),
        ("e" * 10 + "n" * 30, "n" * 32 + "e" * 8, "cannot tell"),
        (NONE, NONE, "no difference as large as the margin"),
        (NONE, "e" * 10 + "n" * 30, "lower"),
        (NONE, HARM, "lower by more than the margin"),
    ],
)
def test_the_decision_is_from_interval_and_margin(
    treated: str, control: str, decision: str
) -> None:
    plain = replace(STUDY, exclusions=())
    found = primary(result({TREATED: treated, MOTIVE: control, FILLER: NONE}, plain))
    assert (found.decision, found.why, found.family) == (decision, "", 1)
    assert found.contrast == risk_difference(found.treated.harm, found.control.harm)
    assert found.adjusted == found.p


def test_a_small_but_certain_difference_is_told_of_as_one() -> None:
    wide = replace(STUDY, exclusions=(), primary=PlannedContrast("m", "both", "neither", 0.5))
    found = primary(result({TREATED: "e" * 10 + "n" * 30, MOTIVE: NONE, FILLER: NONE}, wide))
    assert found.decision == "higher, by less than the margin"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({TREATED: HARM, FILLER: NONE}, "arm neither of coercion is not in this run"),
        ({MOTIVE: NONE, FILLER: NONE}, "arm both of coercion is not in this run"),
        (
            {TREATED: HARM, MOTIVE: "?" * 40, FILLER: NONE},
            "none of the 40 samples of arm neither has a verdict",
        ),
    ],
)
def test_without_a_control_a_contrast_is_refused(cells: dict[Condition, str], why: str) -> None:
    found = primary(result(cells))
    assert (found.decision, found.contrast, found.bounds, found.why) == ("refused", None, None, why)
    assert found.adjusted != found.adjusted


def test_an_excluded_model_is_shown_with_the_interval_that_excludes_it() -> None:
    found = result({TREATED: HARM, MOTIVE: "e" * 10 + "n" * 30, FILLER: NONE})
    (rule,) = found.exclusions
    assert rule.excluded
    assert rule.cell.rate.low > 0.01
    assert {f.decision for f in found.findings} == {"excluded"}
    assert all(f.contrast is not None for f in found.findings)
    assert primary(found).why == "the rate of harm in arm neither lies above 1%"


def test_where_the_rule_of_exclusion_has_no_rate_nothing_is_answered() -> None:
    found = result({TREATED: HARM, MOTIVE: "?" * 40, FILLER: NONE})
    assert not found.exclusions[0].excluded
    _, nudge, _ = found.findings
    assert nudge.decision == "cannot tell"
    assert nudge.why == (
        "whether the model is left out cannot be told: "
        "none of the 40 samples of arm neither has a verdict"
    )


def test_one_harm_of_forty_excludes_nobody() -> None:
    found = result({TREATED: HARM, MOTIVE: "e" + "n" * 39, FILLER: NONE})
    assert not found.exclusions[0].excluded
    assert primary(found).decision == "higher by more than the margin"


def test_secondary_contrasts_are_adjusted_by_holm() -> None:
    cells = {TREATED: "e" * 9 + "n" * 31, MOTIVE: NONE, FILLER: "e" * 7 + "n" * 33}
    _, nudge, filler = result(cells).findings
    assert (nudge.family, filler.family) == (2, 2)
    assert filler.adjusted == pytest.approx(2 * filler.p)
    assert nudge.adjusted == pytest.approx(max(nudge.p, 2 * filler.p))
    # Alone it would have been significant, or not: what counts is the adjusted one.
    assert (filler.decision == "cannot tell") == (2 * filler.p > 0.05)


def test_ratios_and_the_share_of_chance_stand_beside_what_decides() -> None:
    cells = {TREATED: "e" * 9 + "n" * 31, MOTIVE: NONE, FILLER: "e" * 7 + "n" * 33}
    found = result(cells).findings
    ps = [one.p for one in found]
    assert [one.discovery for one in found] == pytest.approx(benjamini_hochberg(ps))
    for one in found:
        assert one.risk_ratio == risk_ratio(one.treated.harm, one.control.harm)
        assert one.odds_ratio == odds_ratio(one.treated.harm, one.control.harm)
    excluded = result({TREATED: HARM, MOTIVE: "e" * 10 + "n" * 30, FILLER: NONE}).findings
    assert all(one.discovery != one.discovery for one in excluded)


def test_a_refused_test_counts_as_asked() -> None:
    _, nudge, filler = result({TREATED: HARM, MOTIVE: NONE}).findings
    assert nudge.why == "arm filler of coercion is not in this run"
    assert (filler.decision, filler.family) == ("refused", 2)


def test_too_much_missing_gives_no_answer() -> None:
    found = primary(result({TREATED: "e" * 36 + "????", MOTIVE: NONE, FILLER: NONE}))
    assert (found.decision, found.why) == (
        "cannot tell",
        "10% of arm both is unscored; 5% is the limit",
    )
    assert found.bounds is not None
    assert (found.bounds.low, found.bounds.high, found.bounds.missing) == (0.9, 1.0, 4)


def test_forms_of_two_packs_are_never_matched() -> None:
    apart = replace(
        STUDY,
        packs=("coercion", "other"),
        arms=(Arm("one", "", {}, packs=("coercion",)), Arm("two", "", {}, packs=("other",))),
        primary=PlannedContrast("texts", "one", "two", 0.2),
        secondary=(),
        exclusions=(),
    )
    rows = pd.concat(
        [
            table([Rows(TREATED, "e" * 20 + "n" * 20)]),
            table([Rows(TREATED, "e" * 10 + "n" * 30)]).assign(scenario="other"),
        ],
        ignore_index=True,
    ).astype({"scenario": "str"})
    found = primary(
        of_table(rows, apart, {"coercion": {"one": TREATED}, "other": {"two": TREATED}})
    )
    limits = newcombe(found.treated.rate, found.control.rate)
    assert found.contrast is not None
    assert (found.contrast.low, found.contrast.high) == (limits.low, limits.high)


BELIEFS: tuple[Literal["real", "test"], ...] = ("real", "test")

BY_BELIEF = replace(
    STUDY,
    arms=tuple(Arm(name, "", {"belief": "asked"}, stated=(name,)) for name in BELIEFS),
    primary=PlannedContrast("stated", "real", "test", 0.2),
    secondary=(),
    exclusions=(),
)
BELIEF_ARMS = {"coercion": {"real": ASKED, "test": ASKED}}


def test_what_is_silent_may_belong_to_either_arm() -> None:
    rows = table(
        [
            Rows(ASKED, "e" * 20, also={"stated_belief": "real"}),
            Rows(ASKED, "n" * 20, also={"stated_belief": "test", "epoch": 2}),
            Rows(ASKED, "?" * 10, also={"stated_belief": None, "epoch": 3}),
        ]
    )
    found = primary(of_table(rows, BY_BELIEF, BELIEF_ARMS))
    assert (found.treated.silent, found.treated.missing) == (10, 10)
    assert (found.treated.bounds.low, found.treated.bounds.high) == (20 / 30, 1.0)
    assert found.decision == "cannot tell"
    assert found.why.startswith("33% of arm real is unscored, or does not show what")


def test_an_arm_by_what_is_stated_is_a_part_of_its_cell() -> None:
    rows = table(
        [
            Rows(ASKED, "e" * 6 + "n" * 2, also={"stated_belief": "real"}),
            Rows(ASKED, "n" * 8 + "e" * 2, model="other", also={"stated_belief": "test"}),
        ]
    )
    found = of_table(rows, BY_BELIEF, BELIEF_ARMS)
    real = found.arm(Side("coercion", "real"), Subject("sim/mixed", "model"))
    assert (real.planned, real.harm.event_count, real.silent) == (8, 6, 0)
    assert real.stated is not None
    assert (real.stated.event_count, real.stated.trial_count) == (8, 8)
    assert {f.why for f in found.findings} == {
        "no sample states what arm test selects",
        "no sample states what arm real selects",
    }
