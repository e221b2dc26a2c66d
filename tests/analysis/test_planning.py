"""Calls are counted by hand, and no purpose is forgotten that a scorer calls for."""

import pytest

from turncoat.analysis.planning import Asked, Work, calls_of, number_of
from turncoat.catalog import load_scenario
from turncoat.judges import Settings, also_from
from turncoat.judges.choice import scorers_of
from turncoat.tasks import briefs
from turncoat.verdict import RunKey

GATED = Work("coercion", 10, gated=True)
RULED = Work("lethal", 10, gated=False)
TWO = ("a/b", "c/d")


@pytest.mark.parametrize(
    ("work", "asked", "least", "most"),
    [
        (GATED, Asked(), 10, 20),
        (RULED, Asked(), 10, 10),
        (GATED, Asked(judges=()), 10, 10),
        (GATED, Asked(subjects=TWO, judges=TWO), 20, 60),
        (GATED, Asked(judges=TWO, also=("conduct",)), 10, 40),
        (RULED, Asked(judges=TWO, also=("conduct", "awareness")), 10, 40),
        (RULED, Asked(also=("afterwards",)), 10, 20),
        (GATED, Asked(later=TWO), 10, 40),
        (RULED, Asked(later=TWO), 10, 10),
        (RULED, Asked(legacy=True), 20, 20),
    ],
    ids=lambda value: value.scenario if isinstance(value, Work) else None,
)
def test_calls_are_those_counted_by_hand(work: Work, asked: Asked, least: int, most: int) -> None:
    found = number_of(calls_of([work], asked))
    assert (found.least, found.most) == (least, most)


def test_marks_are_asked_of_the_first_judge_alone() -> None:
    found = calls_of([GATED], Asked(judges=TWO, also=("conduct", "awareness")))
    assert {call.model for call in found if call.purpose.startswith(("conduct", "aware"))} == {
        "a/b"
    }


@pytest.mark.parametrize("also", ["", "conduct", "awareness", "afterwards", "conduct,afterwards"])
def test_every_scorer_of_a_run_is_a_purpose_of_its_plan(also: str) -> None:
    pack = load_scenario("coercion")
    settings = Settings(RunKey("r", b"k" * 32), also=also_from(also))
    scorers = scorers_of(pack, briefs(pack), settings)
    purposes = {call.purpose for call in calls_of([GATED], Asked(also=also_from(also)))}
    assert len(scorers) == len(purposes - {"answer"})
