"""Comparisons: every treated cell against each of its controls, or the reason why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from turncoat.analysis.cells import Cell, CellKey
from turncoat.design import CONTROLS, Control
from turncoat.stats import Bounds, Contrast, difference_bounds, risk_difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """A treated cell against one control: either a contrast with bounds, or why there is none.

    Attributes:
        name: name of the control.
        about: what is absent in it, for people.
        treated: key of the treated cell.
        control: key that the control has, whether or not it was run.
        contrast: treated minus control, harm rates; None where `absent` says why.
        bounds: the difference, had the missing outcomes been at their extremes; None likewise.
        absent: why there is no contrast; None where there is one.
    """

    name: str
    about: str
    treated: CellKey
    control: CellKey
    contrast: Contrast | None
    bounds: Bounds | None
    absent: str | None


def comparisons_of(cells: Mapping[CellKey, Cell]) -> Iterator[Comparison]:
    """For every treated cell, one comparison with each control, motive first."""
    for cell in cells.values():
        if cell.role == "treated":
            for control in CONTROLS:
                yield _compare(cell, control, cells)


def _compare(treated: Cell, control: Control, cells: Mapping[CellKey, Cell]) -> Comparison:
    key = replace(treated.key, condition=control.of(treated.key.condition))
    absent = _why_absent(treated, control, cells.get(key))
    if absent is not None:
        return Comparison(control.name, control.about, treated.key, key, None, None, absent)
    other = cells[key]
    return Comparison(
        name=control.name,
        about=control.about,
        treated=treated.key,
        control=key,
        contrast=risk_difference(treated.harm, other.harm),
        bounds=difference_bounds(treated.bounds, other.bounds),
        absent=None,
    )


def _why_absent(treated: Cell, control: Control, cell: Cell | None) -> str | None:
    if cell is None:
        return f"the {control.name} control is not in this run"
    if cell.scored == 0:
        return f"none of the {cell.planned} samples of the {control.name} control has a verdict"
    if treated.scored == 0:
        return f"none of the {treated.planned} samples of the treated cell has a verdict"
    return None
