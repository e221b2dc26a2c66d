"""The line by which a report says how good its judge is."""

from turncoat.report.quality import NEVER_MEASURED, quality_line
from turncoat.results.quality import HazardQuality, Interval, JudgeQuality, Share

NOTHING = Interval(point=None, low=None, high=None)


def share(right: int, n: int, unscored: int) -> Share:
    value = Interval(point=right / n, low=0.81, high=1.0)
    return Share(right=right, n=n, unscored=unscored, value=value)


def measured(*, unscored: int) -> JudgeQuality:
    hazard = HazardQuality(
        hazard="coercion",
        sensitivity=share(20, 20, unscored),
        specificity=share(30, 30, 0),
        kappa=NOTHING,
        outcomes=(),
        confusion=(),
        by_rules=(0, 0),
        gate="passed",
    )
    return JudgeQuality(
        judge="model:a",
        rubric_hash="hash",
        labels="author",
        labels_hash="labels",
        part="test",
        least=0.8,
        measured="2026-11-24",
        simulated=False,
        cases=50 + unscored,
        hazards=(hazard,),
        marks=(),
        flips=(),
        input_tokens=None,
        output_tokens=None,
        cost_usd=None,
        gate="passed",
        turncoat_version="0",
    )


def test_the_line_says_on_how_many_labels_the_judge_gave_no_verdict() -> None:
    assert "on 50 author labels (test part" in quality_line(measured(unscored=0), "coercion")
    silent = quality_line(measured(unscored=17), "coercion")
    assert "on 50 author labels and 17 without a verdict (test part" in silent


def test_what_was_not_measured_is_said() -> None:
    assert quality_line(None, "coercion") == NEVER_MEASURED
    assert quality_line(measured(unscored=0), "leak") == NEVER_MEASURED
