"""A study holds together, or says where it does not; its hash is over all that it declares."""

from dataclasses import replace
from typing import Any

import pytest

from studied import NUMBER
from studied import STUDY as PLAIN
from turncoat.design import (
    Arm,
    Citation,
    Exclusion,
    Grid,
    MissingRule,
    PlannedContrast,
    Sampling,
    Side,
    Study,
    StudyError,
    arms_of,
    condition,
    conditions_of,
)

BOTH = Arm("both", "both motives", {"goal": "explicit", "threat": "replacement"})
NEITHER = Arm("neither", "no motive", {"goal": "none", "threat": "none"})
OF_SOME = replace(NUMBER, kind="conditional_rate")
STUDY = replace(PLAIN, packs=("one", "two"), arms=(BOTH, NEITHER))
HASHES = {"one": "1", "two": "2"}


def changed(**parts: Any) -> Study:
    return replace(STUDY, **parts)


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"name": "My study"}, "name"),
        ({"experiment": "E0"}, "experiment"),
        ({"subjects": ()}, "subjects"),
        ({"packs": ()}, "packs"),
        ({"packs": ("one", "one")}, "packs"),
        ({"arms": ()}, "arms"),
        ({"arms": (BOTH, NEITHER, BOTH)}, "arms"),
        ({"arms": (BOTH, replace(NEITHER, name="No motive"))}, "arms.No motive"),
        ({"arms": (BOTH, replace(NEITHER, packs=("three",)))}, "arms.neither.packs"),
        ({"arms": (BOTH, replace(NEITHER, apart={"three": {}}))}, "arms.neither.apart"),
        ({"controls": ("motives",)}, "controls"),
        ({"plan": Sampling(0, 1)}, "plan.forms"),
        ({"plan": Sampling(1, 0)}, "plan.epochs"),
        ({"primary": PlannedContrast("m", "bth", "neither", 0.05)}, "primary.treated"),
        ({"primary": PlannedContrast("m", "both", "nether", 0.05)}, "primary.control"),
        ({"primary": PlannedContrast("m", "both", "both", 0.05)}, "primary"),
        ({"primary": PlannedContrast("m", "both", "neither", 0.0)}, "primary.margin"),
        ({"secondary": (PlannedContrast("m", "both", "x", 0.05),)}, "secondary.m.control"),
        ({"secondary": (PlannedContrast("motives", "both", "neither", 0.1),)}, "contrasts"),
        ({"exclusions": (Exclusion("x", 0.01, "why"),)}, "exclusions.arm"),
        ({"exclusions": (Exclusion("both", 1.0, "why"),)}, "exclusions.0.above"),
        ({"missing": MissingRule(0.0)}, "missing.at_most"),
        ({"published": (Citation(NUMBER, "one", "x"),)}, "published.one.arm"),
        ({"published": (Citation(NUMBER, "x", "both"),)}, "published.one.pack"),
        ({"published": (Citation(NUMBER, "one", "both", "stated"),)}, "published.one"),
        ({"published": (Citation(OF_SOME, "one", "both"),)}, "published.one"),
        ({"arms": (replace(BOTH, stated=("real",)), NEITHER)}, "arms.both.stated"),
        (
            {
                "packs": ("one", "two", "three"),
                "arms": (replace(BOTH, packs=("one",)), replace(NEITHER, packs=("two", "three"))),
            },
            "primary",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused_by_its_key(parts: dict[str, Any], key: str) -> None:
    with pytest.raises(StudyError) as caught:
        changed(**parts)
    assert caught.value.key == key
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("arms", "key", "word"),
    [
        ((BOTH, replace(NEITHER, levels={"goal": "no"})), "arms.neither", "unknown level"),
        ((BOTH, replace(NEITHER, levels={"gaol": "none"})), "arms.neither", "unknown factor"),
        (
            (BOTH, replace(NEITHER, levels={"goal": "none", "value": "national"})),
            "arms.neither",
            "where no goal is named",
        ),
        ((BOTH, replace(BOTH, name="neither")), "arms.neither", "same condition"),
    ],
)
def test_an_arm_that_a_grid_does_not_have_is_refused(
    arms: tuple[Arm, ...], key: str, word: str
) -> None:
    with pytest.raises(StudyError, match=word) as caught:
        arms_of(changed(arms=arms), "one", Grid())
    assert caught.value.key == key


def test_an_arm_starts_from_the_defaults_of_the_pack_and_may_differ_in_it() -> None:
    apart = replace(NEITHER, apart={"two": {"threat": "restriction"}})
    grid = Grid(defaults={"nudge": "present"})
    arms = arms_of(changed(arms=(BOTH, apart)), "two", grid)
    assert arms["both"] == condition({"nudge": "present"})
    assert arms["neither"] == condition(
        {"goal": "none", "threat": "restriction", "nudge": "present"}
    )


def test_a_pack_has_only_its_arms_and_the_controls_complete_them() -> None:
    study = changed(arms=(BOTH, replace(NEITHER, packs=("two",))), controls=("motive", "twin"))
    assert list(arms_of(study, "one", Grid())) == ["both"]
    controls = (condition({"goal": "none", "threat": "none"}), condition({"twin": "benign"}))
    assert conditions_of(study, "one", Grid()) == (condition(), *controls)


def test_a_subset_by_stated_belief_is_of_the_same_condition() -> None:
    asked, neither = (replace(a, levels={**a.levels, "belief": "asked"}) for a in (BOTH, NEITHER))
    arms = (asked, replace(asked, name="real", stated=("real",)), neither)
    study = changed(arms=arms)
    found = arms_of(study, "one", Grid())
    assert found["real"] == found["both"]
    assert len(conditions_of(study, "one", Grid())) == 2


def test_a_contrast_is_within_each_pack_or_between_two() -> None:
    within = STUDY.pairs(STUDY.primary)
    assert [(pair.treated.pack, pair.control.pack) for pair in within] == [
        ("one", "one"),
        ("two", "two"),
    ]
    arms = (replace(BOTH, packs=("one",)), replace(NEITHER, packs=("two",)))
    (between,) = changed(arms=arms).pairs(STUDY.primary)
    assert (between.treated, between.control) == (Side("one", "both"), Side("two", "neither"))


def test_the_hash_is_over_everything_declared_the_packs_and_the_conditions() -> None:
    arms = {pack: arms_of(STUDY, pack, Grid()) for pack in STUDY.packs}
    swapped = {"both": arms["one"]["neither"], "neither": arms["one"]["both"]}
    first = STUDY.hash(HASHES, arms)
    others = [
        STUDY.hash({**HASHES, "one": "3"}, arms),
        STUDY.hash(HASHES, {**arms, "one": swapped}),
        changed(question="Does it not?").hash(HASHES, arms),
        changed(plan=Sampling(1, 1)).hash(HASHES, arms),
        changed(published=(Citation(NUMBER, "one", "both"),)).hash(HASHES, arms),
        changed(published=(Citation(replace(NUMBER, rate=0.6), "one", "both"),)).hash(HASHES, arms),
    ]
    assert len({first, *others}) == len(others) + 1
    assert changed().hash({**HASHES, "another": "pack"}, arms) == first
    with pytest.raises(KeyError):
        STUDY.hash({"one": "1"}, arms)


@pytest.mark.parametrize(
    ("parts", "comparable"),
    [
        ({}, True),
        ({"n": None}, False),
        ({"n": None, "assumed_n": 100}, True),
        ({"subjects": ()}, False),
        ({"kind": "confusion_rate"}, False),
        ({"rate": None, "low": 0.0, "high": 0.1, "kind": "range"}, False),
    ],
)
def test_what_can_be_compared(parts: dict[str, Any], comparable: bool) -> None:  # noqa: FBT001 - a column
    assert replace(NUMBER, **parts).comparable is comparable
