"""Rates and contrasts corrected by people's labels, beside the raw ones and never instead of them."""

from collections.abc import Iterator

from turncoat.analysis import Analysis
from turncoat.analysis.correction import Corrected, CorrectedComparison
from turncoat.report.labels import UNKNOWN, judge_count, labels_of, subject
from turncoat.report.sheets import INTERVAL, Entry, Sheet, points_text, rate_text, sections

_NOTES = (
    "raw: as the judge gave it; corrected: prediction-powered",
    f"Rogan-Gladen: by the judge's errors in this cell {INTERVAL}",
    "read: labeled by people as harm or no harm, of the answers that could be drawn",
)


def correction_sheets(analysis: Analysis) -> list[Sheet]:
    """Corrected rates and contrasts; none where nobody labeled anything."""
    found = analysis.corrections
    if not found.cells:
        return []
    drawn = f"Labels by {', '.join(found.annotators)}, drawn by the verdicts of {found.drawn_by}."
    return [
        Sheet(
            "Harm, corrected for the judge's errors",
            ("read", "raw", "corrected", "Rogan-Gladen"),
            tuple(sections(_rates(analysis))),
            (*_NOTES, drawn, *_absent(found.cells)),
        ),
        *_differences(analysis),
    ]


def _rates(analysis: Analysis) -> Iterator[tuple[str, Entry]]:
    names = labels_of(analysis.cells)
    cells = {cell.key: cell for cell in analysis.cells}
    for found in analysis.corrections.cells:
        numbers = (
            f"{found.labeled} of {found.frame}",
            rate_text(found.raw),
            rate_text(found.rate),
            rate_text(found.rogan_gladen),
        )
        name = names.cell(cells[found.key])
        yield _heading(analysis, found), Entry(name, numbers, (found.key,))


def _heading(analysis: Analysis, found: Corrected) -> str:
    return f"{found.key.scenario} · {subject(found.key, judges=judge_count(analysis))}"


def _absent(cells: tuple[Corrected, ...]) -> Iterator[str]:
    """Why a correction is missing, and what the labels leave out."""
    yield from dict.fromkeys(f"{UNKNOWN}: {why}" for cell in cells for why in cell.absent)
    outside, undecided = sum(c.outside for c in cells), sum(c.undecided for c in cells)
    if outside:
        yield f"{outside} answers came, or were given anew, after the draw, or never came; they are in no corrected rate"
    if undecided:
        yield f"{undecided} answers were read and left undecided; they count as not labeled"


def _differences(analysis: Analysis) -> Iterator[Sheet]:
    found = analysis.corrections.comparisons
    if not found:
        return
    names = labels_of(analysis.cells)
    cells = {cell.key: cell for cell in analysis.cells}
    judges = judge_count(analysis)
    entries = (
        (
            f"{one.treated.scenario} · {subject(one.treated, judges=judges)}",
            _difference(one, f"{names.cell(cells[one.treated])} − {one.name} control"),
        )
        for one in found
    )
    yield Sheet(
        "Differences from controls, corrected",
        ("raw", "corrected"),
        tuple(sections(entries)),
        (f"treated minus control, in percentage points {INTERVAL}",),
    )


def _difference(one: CorrectedComparison, name: str) -> Entry:
    numbers = (points_text(one.raw), points_text(one.corrected))
    return Entry(name, numbers, (one.treated, one.control))
