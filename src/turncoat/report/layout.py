"""The order in which every table and the figure show cells: each treated one with its controls."""

from collections.abc import Iterator
from dataclasses import dataclass

from turncoat.analysis import Analysis, Cell, CellKey, Comparison
from turncoat.report.labels import TREATED


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table.

    Attributes:
        cell: None for a control that is not in the run.
        comparison: of the treated cell above with this control; None for every other cell.
    """

    cell: Cell | None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One model on one scenario, by one judge.

    A control that several treated cells share stands below each of them, beside its own difference.
    """

    scenario: str
    model: str
    judge: str
    lines: tuple[Line, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The block's cells, each once."""
        return tuple({line.cell.key: line.cell for line in self.lines if line.cell}.values())


def blocks(analysis: Analysis) -> list[Block]:
    """Scenarios, in them models and judges; treated cells first, each followed by its controls."""
    keys = dict.fromkeys((c.key.scenario, c.key.model, c.key.judge) for c in analysis.cells)
    return [Block(*key, tuple(_lines(analysis, key))) for key in keys]


def _lines(analysis: Analysis, block: tuple[str, str, str]) -> Iterator[Line]:
    own = [c for c in analysis.cells if (c.key.scenario, c.key.model, c.key.judge) == block]
    by_key = {cell.key: cell for cell in own}
    shown: set[CellKey] = set()
    for cell in own:
        if cell.role == TREATED:
            comparisons = analysis.comparisons_with(cell.key)
            shown |= {cell.key, *(found.control for found in comparisons)}
            yield Line(cell)
            yield from (Line(by_key.get(found.control), found) for found in comparisons)
    yield from (Line(cell) for cell in own if cell.key not in shown)
