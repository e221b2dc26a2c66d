"""The recognition probe's table."""

from collections.abc import Sequence
from itertools import groupby

from rich.table import Table
from rich.text import Text

from turncoat.analysis.recognition import RecognitionCell
from turncoat.report.labels import UNKNOWN, difference_interval, interval, percent, points

_QUESTIONS = {"source": "names the source", "continuation": "goes on with the text"}


def recognition_table(cells: Sequence[RecognitionCell]) -> Table:
    """One row for each subject, question and scenario."""
    simulated = " (simulated subjects)" if any(cell.simulated for cell in cells) else ""
    table = Table(
        title=f"Recognition{simulated}",
        title_justify="left",
        caption="recognized: share of passages [95% interval]\n"
        "above baseline: minus that share on our own, unpublished texts, in points",
        caption_justify="left",
    )
    table.add_column("text", overflow="fold")
    for name in ("n", "missing", "recognized", "above baseline"):
        table.add_column(name, justify="right", no_wrap=name != "missing")
    for (model, question), block in groupby(cells, lambda cell: (cell.model, cell.question)):
        table.add_row(Text(f"{model}: {_QUESTIONS[question]}", style="bold"))
        for cell in block:
            table.add_row(*map(Text, _row(cell)))
        table.add_section()
    return table


def _row(cell: RecognitionCell) -> tuple[str, ...]:
    return (
        f"  {cell.scenario} ({cell.story})",
        str(cell.rate.n),
        _missing(cell),
        f"{percent(cell.rate.point)} {interval(cell.rate)}",
        _excess(cell),
    )


def _missing(cell: RecognitionCell) -> str:
    reasons = ", ".join(f"{tally.name} {tally.n}" for tally in cell.reasons)
    return f"{cell.missing} ({reasons})" if reasons else str(cell.missing)


def _excess(cell: RecognitionCell) -> str:
    if cell.excess is None:
        return "baseline" if cell.story == "own" else UNKNOWN
    return f"{points(cell.excess.point)} {difference_interval(cell.excess)}"
