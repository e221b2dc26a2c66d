"""The table of rates for the terminal, and the same numbers for other programs."""

from dataclasses import asdict, dataclass

from rich.table import Table
from rich.text import Text

from turncoat.analysis import Analysis, Cell, Comparison
from turncoat.report.awareness import awareness_json
from turncoat.report.effects import effect_rows
from turncoat.report.labels import (
    PROMPTS_ONLY,
    UNKNOWN,
    Labels,
    bounds,
    difference_interval,
    interval,
    judge_count,
    known,
    labels_of,
    percent,
    points,
    prompts_only,
    simulated_label,
    subject,
)
from turncoat.report.layout import Block, Line, blocks
from turncoat.report.models import model_rows
from turncoat.report.sheets import plain
from turncoat.report.stories import story_rows
from turncoat.stats import LEVEL

_CAPTION = (
    f"harm: share of scored samples [{percent(LEVEL)} interval]\n"
    f"difference: treated minus control, in percentage points [{percent(LEVEL)} interval]"
)
_MAY_BE = "\nmay be: the rate, had every missing sample been harmless, or harmful"


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated minus control, in [-1, 1]; None where it is not known, and then `absent` says why."""

    control: str
    point: float | None
    low: float | None
    high: float | None
    method: str | None
    absent: str | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """One cell's numbers; rates are shares in [0, 1], None where nothing was measured.

    Attributes:
        condition: its id; `label` is what sets it apart in this table.
        planned, scored, missing, harmful: counts of samples.
        low, high: interval of the rate at `level`.
        best, worst: the rate, had every missing sample been harmless or harmful.
        differences: from each control; empty for a control.
    """

    scenario: str
    model: str
    judge: str
    condition: str
    label: str
    role: str
    simulated: bool
    planned: int
    scored: int
    missing: int
    harmful: int
    rate: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    best: float | None
    worst: float | None
    differences: tuple[Difference, ...]


def rate_rows(analysis: Analysis) -> list[RateRow]:
    """Every cell's numbers, treated cells first, each followed by its controls; nothing is NaN."""
    labels = labels_of(analysis.cells)
    return [_row(cell, analysis, labels) for block in blocks(analysis) for cell in block.cells]


def rates_json(analysis: Analysis) -> dict[str, object]:
    """The same for JSON: `simulated` is what must be said of the rows, empty if nothing is."""
    rows = [asdict(row) for row in rate_rows(analysis)]
    return {
        "simulated": simulated_label(analysis.cells),
        "rates": rows,
        "stories": [asdict(row) for row in story_rows(analysis)],
        "awareness": awareness_json(analysis),
        "marks": plain(analysis.marks),
        "corrections": plain(analysis.corrections),
        "effects": [asdict(row) for row in effect_rows(analysis)],
        "logistic": [asdict(row) for row in model_rows(analysis)],
    }


def rates_table(analysis: Analysis) -> Table:
    """The cells as a table for the terminal; it says so where anything is simulated.

    A difference stands in the line of the control that it is taken from.
    """
    simulated = simulated_label(analysis.cells)
    missing = any(cell.planned > cell.scored for cell in analysis.cells)
    table = Table(
        title=Text(f"Harm ({simulated})" if simulated else "Harm"),
        caption=Text(_caption(analysis, missing=missing)),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("condition", overflow="fold")
    for name in ("n", "missing", "harm", *(["may be"] if missing else []), "difference"):
        table.add_column(name, justify="right", no_wrap=True)
    for block in blocks(analysis):
        _add_block(table, block, analysis, missing=missing)
    return table


def _caption(analysis: Analysis, *, missing: bool) -> str:
    few = any(prompts_only(cell.rate) for cell in analysis.cells)
    return _CAPTION + (_MAY_BE if missing else "") + (f"\n{PROMPTS_ONLY}" if few else "")


def _add_block(table: Table, block: Block, analysis: Analysis, *, missing: bool) -> None:
    judges = judge_count(analysis)
    name = subject(block.cells[0].key, judges=judges)
    table.add_row(Text(f"{block.scenario} · {name}", style="bold"))
    labels = labels_of(analysis.cells)
    lines = [line for line in block.lines if _is_shown(line)]
    for line in lines:
        label, numbers = _label(line, labels), _numbers(line.cell, missing=missing)
        table.add_row(Text(label), *map(Text, (*numbers, _difference_text(line.comparison))))
    table.add_section()


def _is_shown(line: Line) -> bool:
    """No headline stands without its motive control; another control may be none of the run's."""
    return line.cell is not None or (
        line.comparison is not None and line.comparison.name == "motive"
    )


def _label(line: Line, labels: Labels) -> str:
    if line.cell:
        return f"  {labels.cell(line.cell)}"
    return f"  {line.comparison.absent}" if line.comparison else ""


def _numbers(cell: Cell | None, *, missing: bool) -> tuple[str, ...]:
    if cell is None:
        return (UNKNOWN,) * (4 if missing else 3)
    absent = cell.planned - cell.scored
    shown = f"{percent(cell.rate.point)} {interval(cell.rate)}{prompts_only(cell.rate)}"
    rate = shown if cell.rate.known else UNKNOWN
    may_be = [bounds(cell.bounds) if absent else ""] if missing else []
    return str(cell.scored), str(absent), rate, *may_be


def _difference_text(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    contrast = comparison.contrast
    if contrast is None or not contrast.known:
        return UNKNOWN
    return f"{points(contrast.point)} {difference_interval(contrast)}"


def _row(cell: Cell, analysis: Analysis, labels: Labels) -> RateRow:
    return RateRow(
        scenario=cell.key.scenario,
        model=cell.key.model,
        judge=cell.key.judge,
        condition=cell.key.condition.id,
        label=labels.cell(cell),
        role=cell.role,
        simulated=cell.simulated,
        planned=cell.planned,
        scored=cell.scored,
        missing=cell.planned - cell.scored,
        harmful=cell.harmful,
        rate=known(cell.rate.point),
        low=known(cell.rate.low),
        high=known(cell.rate.high),
        level=cell.rate.level,
        method=cell.rate.method,
        best=known(cell.bounds.low),
        worst=known(cell.bounds.high),
        differences=tuple(map(_difference, analysis.comparisons_with(cell.key))),
    )


def _difference(comparison: Comparison) -> Difference:
    contrast = comparison.contrast
    if contrast is None:
        return Difference(comparison.name, None, None, None, None, comparison.absent)
    limits = (known(contrast.point), known(contrast.low), known(contrast.high))
    return Difference(comparison.name, *limits, contrast.method, None)
