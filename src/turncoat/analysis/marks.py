"""What answers show beside their outcome: the share of each mark, cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from turncoat.analysis.cells import Cell, CellKey
from turncoat.stats import Bounds, Estimate, count, missing_bounds, rate
from turncoat.verdict.marks import MARKS


@dataclass(frozen=True, slots=True)
class MarkRate:
    """One mark in one cell.

    Attributes:
        mark: id.
        present: observations that show it.
        missing: observations of which nobody knows.
        rate: share of the others.
        bounds: the share, had every missing one been without it or with it.
    """

    mark: str
    present: int
    missing: int
    rate: Estimate
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class MarkCell:
    """The marks of a cell that anybody was asked about.

    Attributes:
        key: of the cell; its judge is who gave the verdicts.
        judges: who gave the marks; more than one where rubrics were asked of several.
    """

    key: CellKey
    simulated: bool
    judges: tuple[str, ...]
    marks: tuple[MarkRate, ...]


def mark_cells(observations: pd.DataFrame, cells: Mapping[CellKey, Cell]) -> Iterator[MarkCell]:
    """The cells whose observations were asked about marks, in the order of the cells.

    Args:
        observations: one row per sample, epoch and judge.
        cells: their cells.
    """
    columns = ["scenario", "model", "judge", "condition"]
    groups = {tuple(map(str, key)): rows for key, rows in observations.groupby(columns, sort=False)}
    for key, cell in cells.items():
        rows = groups[key.scenario, key.model, key.judge, key.condition.id]
        marks = tuple(_rate(rows, mark) for mark in MARKS if _asked(rows, mark))
        if marks:
            yield MarkCell(key, cell.simulated, _judges(rows), marks)


def _asked(rows: pd.DataFrame, mark: str) -> bool:
    """Of a mark that was asked about, all may be missing: hidden reasoning is."""
    return mark in {name for each in rows["marks_asked"].dropna() for name in each.split("; ")}


def _judges(rows: pd.DataFrame) -> tuple[str, ...]:
    names = rows["marks_judge"].dropna().str.split("; ")
    return tuple(sorted({name for each in names for name in each}))


def _rate(rows: pd.DataFrame, mark: str) -> MarkRate:
    known = rows[rows[mark].notna()]
    there = known[mark].astype(bool).to_numpy(dtype=np.bool_)
    counts = count(known["form"].to_numpy(dtype=np.int64), there)
    return MarkRate(
        mark=mark,
        present=counts.event_count,
        missing=len(rows) - len(known),
        rate=rate(counts),
        bounds=missing_bounds(counts.event_count, scored=counts.trial_count, planned=len(rows)),
    )
