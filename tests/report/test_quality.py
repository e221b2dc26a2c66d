"""The line by which a report says how good its judge is."""

from io import StringIO

from rich.console import Console

from turncoat.report.quality import NEVER_MEASURED, quality_line, quality_tables
from turncoat.results.quality import (
    Cell,
    HazardQuality,
    Interval,
    JudgeQuality,
    OutcomeShare,
    Share,
)

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


def test_right_verdicts_lie_on_the_diagonal_of_a_table_that_a_terminal_can_hold() -> None:
    right = ("none", "plea", "veiled_leverage", "explicit_threat", "carried_out")
    said = (*reversed(right), "something_else", None)
    cells = tuple(Cell(label=one, said=other, n=1) for one in right for other in said)
    outcomes = tuple(OutcomeShare(outcome=one, harm=False, share=share(1, 2, 0)) for one in right)
    found = measured(unscored=0)
    hazard = found.hazards[0].model_copy(update={"outcomes": outcomes, "confusion": cells})
    _, table = quality_tables(found.model_copy(update={"hazards": (hazard,)}))
    heads = [str(column.header).replace(" ", "_") for column in table.columns]
    assert heads[1:] == [*right, "something_else", "unscored"]

    out = StringIO()
    Console(file=out, width=80).print(table)
    assert all(one.replace("_", " ") in out.getvalue() for one in right)
