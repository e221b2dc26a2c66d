"""How well a judge judges, in tables and in a line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from turncoat.analysis import Analysis
from turncoat.catalog.rubrics import load_rubric
from turncoat.report.labels import UNKNOWN, percent, words
from turncoat.results import Run
from turncoat.results.quality import (
    FlipQuality,
    HazardQuality,
    Interval,
    JudgeQuality,
    MarkQuality,
    Share,
)

RULES = "rules"

NEVER_MEASURED = "never measured on labeled transcripts (`turncoat judge check` does that)"


def quality_tables(found: JudgeQuality) -> Iterator[Table]:
    """Verdicts by hazard and outcome, marks, and flips; each only where there is any."""
    yield _verdicts(found)
    yield from (_confusion(hazard, found) for hazard in found.hazards if hazard.confusion)
    if found.marks:
        yield _marks(found)
    if found.flips:
        yield _flips(found)


def quality_line(found: JudgeQuality | None, hazard: str) -> str:
    """What a report says of the judge that it used, on one hazard."""
    own = found.of(hazard) if found else None
    if found is None or own is None:
        return NEVER_MEASURED
    if own.gate == "no judge needed":
        right, n = own.by_rules
        return f"the rules alone decide this hazard, {right} of {n} labeled transcripts rightly"
    silent = own.sensitivity.unscored + own.specificity.unscored
    beside = f" and {silent} without a verdict" if silent else ""
    return (
        f"sensitivity {share(own.sensitivity)}, specificity {share(own.specificity)} on "
        f"{own.sensitivity.n + own.specificity.n} {found.labels} labels{beside} ({found.part} part, "
        f"{found.measured}); gate at {percent(found.least)}: {own.gate}"
    )


def mark_line(found: JudgeQuality | None, mark: str, rubric: str | None = None) -> str:
    """What a report says of a judge on one mark; measured by another rubric is not measured."""
    own = found.on_mark(mark) if found else None
    if found is None or own is None or own.rubric != (rubric or own.rubric):
        return NEVER_MEASURED
    there, absent = own.sensitivity, own.specificity
    return (
        f"sensitivity {share(there)}, specificity {share(absent)} on {there.n + absent.n} "
        f"{found.labels} labels ({found.part} part, {found.measured}); gate at "
        f"{percent(found.least)}: {own.gate}"
    )


@dataclass(frozen=True, slots=True)
class JudgeNote:
    """What is known of a judge on one hazard."""

    scenario: str
    judge: str
    text: str


def judge_notes(run: Run, analysis: Analysis) -> list[JudgeNote]:
    """For every judge of every scenario: its measured quality, or that it was never measured."""
    pairs = dict.fromkeys((cell.key.scenario, cell.key.judge) for cell in analysis.cells)
    asked = dict.fromkeys(
        (cell.key.scenario, judge, mark.mark)
        for cell in analysis.marks
        for mark in cell.marks
        for judge in cell.judges
    )
    return [
        *(JudgeNote(name, judge, _note(run, name, judge)) for name, judge in pairs),
        *_mark_notes(run, asked),
    ]


def _mark_notes(run: Run, asked: Iterable[tuple[str, str, str]]) -> Iterator[JudgeNote]:
    """Of every mark that a judge was asked about; it is measured together with its verdicts."""
    measured = {judge.rpartition("+")[0]: found for judge, found in run.qualities.items()}
    for scenario, judge, mark in asked:
        model, _, rubric = judge.rpartition("+")
        if mark in load_rubric(rubric.partition("@")[0]).marks:
            text = mark_line(measured.get(model), mark, rubric)
            yield JudgeNote(scenario, judge, f"{words(mark)}: {text}")


def _note(run: Run, scenario: str, judge: str) -> str:
    if judge == RULES:
        return "no model judges; what only a reader can tell is left open"
    return quality_line(run.qualities.get(judge), run.scenarios[scenario].hazard)


def share(found: Share) -> str:
    """`95% [85%, 99%]`."""
    return _interval(found.value)


def _interval(found: Interval) -> str:
    if found.point is None or found.low is None or found.high is None:
        return UNKNOWN
    return f"{percent(found.point)} [{percent(found.low)}, {percent(found.high)}]"


def _number(found: Interval) -> str:
    """A coefficient, which is no share."""
    if found.point is None or found.low is None or found.high is None:
        return UNKNOWN
    return f"{found.point:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _title(found: JudgeQuality, what: str) -> Text:
    simulated = " (simulated judge)" if found.simulated else ""
    return Text(f"{what}{simulated}")


def _table(title: Text, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column(columns[0], overflow="fold")
    for name in columns[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _verdicts(found: JudgeQuality) -> Table:
    table = _table(
        _title(found, "Verdicts on what the rules leave to the judge"),
        "right outcome",
        "n",
        "unscored",
        "judged rightly",
        "kappa",
    )
    table.caption = (
        f"{found.labels} labels, {found.part} part; share on the right side of harm [95% interval]\n"
        f"gate: lower bounds of sensitivity and specificity of at least {percent(found.least)}"
    )
    for hazard in found.hazards:
        _add_hazard(table, hazard)
    return table


def _add_hazard(table: Table, hazard: HazardQuality) -> None:
    right, n = hazard.by_rules
    told = f"{hazard.hazard}: {hazard.gate}"
    ruled = f" (the rules: {right} of {n})" if n else ""
    table.add_row(Text(told + ruled, style="bold"))
    if hazard.gate != "no judge needed":
        sensitivity, specificity = hazard.sensitivity, hazard.specificity
        kappa = _number(hazard.kappa)
        table.add_row(*map(Text, ("  sensitivity", *_of(sensitivity), kappa)))
        _add_outcomes(table, hazard, harm=True)
        table.add_row(*map(Text, ("  specificity", *_of(specificity), "")))
        _add_outcomes(table, hazard, harm=False)
    table.add_section()


def _add_outcomes(table: Table, hazard: HazardQuality, *, harm: bool) -> None:
    for outcome in hazard.outcomes:
        if outcome.harm is harm:
            table.add_row(*map(Text, (f"    {words(outcome.outcome)}", *_of(outcome.share), "")))


def _of(found: Share) -> tuple[str, str, str]:
    return str(found.n), str(found.unscored), share(found)


def _confusion(hazard: HazardQuality, found: JudgeQuality) -> Table:
    right = [outcome.outcome for outcome in hazard.outcomes]
    given = _given(hazard, right)
    names = ["unscored" if said is None else words(said) for said in given]
    title = _title(found, f"{hazard.hazard}: what was said, by right outcome")
    table = _table(title, "right outcome", *names)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.no_wrap = False
    counts = {(cell.label, cell.said): cell.n for cell in hazard.confusion}
    for label in right:
        shown = (str(counts.get((label, said), "")) for said in given)
        table.add_row(Text(words(label)), *shown)
    return table


def _given(hazard: HazardQuality, right: Sequence[str]) -> list[str | None]:
    """What was said, in the order of the rows, so that a good judge's cases lie on the diagonal."""
    said = {cell.said for cell in hazard.confusion}
    others = sorted(name for name in said if name is not None and name not in right)
    missing: list[str | None] = [None] if None in said else []
    return [*(name for name in right if name in said), *others, *missing]


def _marks(found: JudgeQuality) -> Table:
    table = _table(
        _title(found, "Marks beside the verdict"),
        "mark",
        "sensitivity",
        "specificity",
        "gate",
    )
    table.columns[0].no_wrap, table.columns[-1].no_wrap = True, False
    table.caption = "(n): transcripts with the mark, and without it [95% interval]"
    for mark in found.marks:
        table.add_row(*map(Text, _mark(mark)))
    return table


def _mark(mark: MarkQuality) -> tuple[str, ...]:
    there, absent = mark.sensitivity, mark.specificity
    found = (f"{share(one)} ({one.n})" for one in (there, absent))
    return words(mark.mark), *found, mark.gate


def _flips(found: JudgeQuality) -> Table:
    table = _table(
        _title(found, "Verdicts that a text for the judge changed"),
        "technique",
        "pairs",
        "unscored",
        "flipped",
    )
    table.caption = "one transcript with and without the text [95% interval]"
    for flip in found.flips:
        table.add_row(*map(Text, _flip(flip)))
    return table


def _flip(flip: FlipQuality) -> tuple[str, ...]:
    name = "all" if flip.technique is None else f"  {words(flip.technique)}"
    return name, str(flip.n), str(flip.lost), f"{flip.flips}: {_interval(flip.value)}"
