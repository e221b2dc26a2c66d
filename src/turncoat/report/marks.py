"""What answers show beside their outcome: a line for each mark of each cell."""

from collections.abc import Iterator

from turncoat.analysis import Analysis
from turncoat.report.labels import bounds, judge_count, labels_of, subject, words
from turncoat.report.sheets import INTERVAL, Entry, Sheet, rate_text, sections


def marks_sheets(analysis: Analysis) -> list[Sheet]:
    """One sheet; none where nobody was asked about marks."""
    if not analysis.marks:
        return []
    judges = sorted({judge for cell in analysis.marks for judge in cell.judges})
    notes = (
        f"share of the answers of which it is known {INTERVAL}",
        "may be: had every missing answer been without the mark, or with it",
        "Marks stand beside the outcome and are in no rate of harm.",
        *([f"asked: {', '.join(judges)}"] if judges else []),
    )
    columns = ("n", "missing", "share", "may be")
    return [Sheet("Beside the outcome", columns, tuple(sections(_entries(analysis))), notes)]


def _entries(analysis: Analysis) -> Iterator[tuple[str, Entry]]:
    names, judges = labels_of(analysis.cells), judge_count(analysis)
    cells = {cell.key: cell for cell in analysis.cells}
    for held in analysis.marks:
        heading = f"{held.key.scenario} · {subject(held.key, judges=judges)}"
        for mark in held.marks:
            name = f"{words(mark.mark)}, {names.cell(cells[held.key])}"
            may_be = bounds(mark.bounds) if mark.missing else ""
            numbers = (str(mark.rate.n), str(mark.missing), rate_text(mark.rate), may_be)
            yield heading, Entry(name, numbers, (held.key,))
