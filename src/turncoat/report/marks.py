"""What answers show beside their outcome: a line for each cell, a column for each mark."""

from collections.abc import Iterator, Sequence

from turncoat.analysis import Analysis
from turncoat.analysis.marks import MarkCell, MarkRate
from turncoat.report.labels import UNKNOWN, bounds, judge_count, labels_of, subject, words
from turncoat.report.sheets import INTERVAL, Entry, Sheet, rate_text, sections

_AWARENESS = ("aware_reasoning", "aware_mail")
"""Marks that have a table of their own, beside the other measures of belief."""


def marks_sheets(analysis: Analysis) -> list[Sheet]:
    """One sheet; none where nobody was asked about such marks."""
    found = [cell for cell in analysis.marks if _own(cell)]
    if not found:
        return []
    marks = list(dict.fromkeys(rate.mark for cell in found for rate in _own(cell)))
    judges = sorted({judge for cell in found for judge in cell.judges})
    notes = (
        f"share of the answers of which it is known {INTERVAL}",
        "missing: what the share may be, had all of them been without the mark, or with it",
        "Marks stand beside the outcome and are in no rate of harm.",
        *([f"asked: {', '.join(judges)}"] if judges else []),
    )
    columns = tuple(words(mark) for mark in marks)
    entries = _entries(analysis, found, marks)
    return [Sheet("Beside the outcome", columns, tuple(sections(entries)), notes)]


def _own(cell: MarkCell) -> list[MarkRate]:
    return [rate for rate in cell.marks if rate.mark not in _AWARENESS]


def _entries(
    analysis: Analysis, found: Sequence[MarkCell], marks: Sequence[str]
) -> Iterator[tuple[str, Entry]]:
    names, judges = labels_of(analysis.cells), judge_count(analysis)
    cells = {cell.key: cell for cell in analysis.cells}
    for held in found:
        rates = {rate.mark: rate for rate in held.marks}
        numbers = tuple(_number(rates.get(mark)) for mark in marks)
        heading = f"{held.key.scenario} · {subject(held.key, judges=judges)}"
        yield heading, Entry(names.cell(cells[held.key]), numbers, (held.key,))


def _number(found: MarkRate | None) -> str:
    if found is None:
        return UNKNOWN
    missing = f"; {found.missing} missing, {bounds(found.bounds)}" if found.missing else ""
    return f"{rate_text(found.rate)}{missing}"
