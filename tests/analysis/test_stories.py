"""Contrasts between the texts of one hazard."""

from analysis.tables import LADDER, MOTIVE, TREATED, Rows, table
from turncoat.analysis import Analysis, StoryEffect, analyze
from turncoat.results import Arm
from turncoat.stats import newcombe

ARMS = {
    "original": Arm(hazard="coercion", story="published"),
    "disguised": Arm(hazard="coercion", story="renamed"),
    "museum": Arm(hazard="coercion", story="own"),
    "orchard": Arm(hazard="lethal", story="own"),
}
RATES = {
    "original": "nnnnnnnnnn",
    "disguised": "veevnnnnnn",
    "museum": "veevevnnnn",
    "orchard": "nnnnnnnnnn",
}


def analyzed(*scenarios: str) -> Analysis:
    rows = [
        Rows(at, outcomes, also={"scenario": name})
        for name in scenarios
        for at, outcomes in ((TREATED, RATES[name]), (MOTIVE, "nnnnnnnnnn"))
    ]
    return analyze(table(rows), outcomes=dict.fromkeys(scenarios, LADDER), arms=ARMS)


def effects(found: Analysis) -> dict[tuple[str, str], StoryEffect]:
    return {(e.name, e.first.condition.short): e for e in found.stories}


def test_recognition_and_story_are_contrasts_of_neighboring_arms() -> None:
    found = analyzed("original", "disguised", "museum", "orchard")
    by_name = effects(found)
    assert len(found.stories) == 4
    recognition, story = by_name["recognition", "default"], by_name["story", "default"]
    assert (recognition.first.scenario, recognition.second.scenario) == ("original", "disguised")
    assert (story.first.scenario, story.second.scenario) == ("disguised", "museum")
    assert recognition.contrast.point == -0.4
    assert round(story.contrast.point, 12) == -0.2
    cells = {cell.key: cell for cell in found.cells}
    pair = cells[recognition.first].rate, cells[recognition.second].rate
    assert recognition.contrast == newcombe(*pair)


def test_conditions_are_matched_and_hazards_are_not_mixed() -> None:
    found = analyzed("original", "disguised", "museum", "orchard")
    assert all(e.first.condition == e.second.condition for e in found.stories)
    assert all(e.hazard == "coercion" for e in found.stories)


def test_one_arm_alone_has_no_effect() -> None:
    assert analyzed("museum", "orchard").stories == ()
    assert [e.name for e in analyzed("disguised", "museum").stories] == ["story", "story"]
