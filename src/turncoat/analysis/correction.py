"""Rates and contrasts corrected for the judge's errors, by labels that people gave to this very run."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from turncoat.analysis.cells import Cell, CellKey
from turncoat.analysis.comparisons import Comparison
from turncoat.results.labels import Drawn, Labels
from turncoat.stats import Contrast, Estimate, NotEstimable
from turncoat.stats.audits import Audited
from turncoat.stats.correction import corrected_difference, prediction_powered, rogan_gladen

_JUDGED = {"harm": 1.0, "no_harm": 0.0}


@dataclass(frozen=True, slots=True)
class Corrected:
    """One cell's rate, as the judge gave it and as labels correct it.

    Attributes:
        raw: the cell's own rate.
        frame: observations that could be drawn.
        outside: observations that could not, such as those that were run, or answered anew, after
            the draw.
        labeled: of the frame, those that somebody labeled as harm or no harm.
        undecided: of the frame, those that were read and left open by everybody.
        rate: prediction-powered; None where `absent` says why.
        rogan_gladen: by the error rates in this cell; None likewise.
        absent: why a correction is missing, for each that is.
    """

    key: CellKey
    simulated: bool
    raw: Estimate
    frame: int
    outside: int
    labeled: int
    undecided: int
    rate: Estimate | None
    rogan_gladen: Estimate | None
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectedComparison:
    """A treated cell against one control, raw and corrected.

    Attributes:
        raw: as in the table of rates.
        corrected: of the prediction-powered rates; None where one of them is missing.
    """

    name: str
    treated: CellKey
    control: CellKey
    raw: Contrast
    corrected: Contrast | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What labels make of a run.

    Attributes:
        drawn_by: identity of the judge whose verdicts made the strata.
        annotators: who labeled.
        cells: those of which anything was labeled.
        comparisons: between them.
    """

    drawn_by: str = ""
    annotators: tuple[str, ...] = ()
    cells: tuple[Corrected, ...] = ()
    comparisons: tuple[CorrectedComparison, ...] = ()


def corrections_of(
    observations: pd.DataFrame,
    labels: Labels,
    cells: Sequence[Cell],
    comparisons: Sequence[Comparison],
) -> Corrections:
    """Every cell that has a label, corrected, and the contrasts between such cells.

    Where annotators differ, the label is the share of them that says harm.

    Args:
        observations: one row per sample, epoch and judge.
        labels: of the same run.
        cells: its raw cells.
        comparisons: its raw contrasts.
    """
    said = _said(labels)
    drawn = {_key(one): one for one in labels.draw.observations}
    own = {cell.key: cell for cell in cells}
    found = {
        key: one
        for key, rows in _rows_of(observations, own)
        if (one := _corrected(own[key], rows, drawn, said)) is not None
    }
    return Corrections(
        drawn_by=labels.draw.judge,
        annotators=labels.annotators,
        cells=tuple(found[cell.key] for cell in cells if cell.key in found),
        comparisons=tuple(_comparisons(comparisons, found)),
    )


_Place = tuple[str, str, str, int]
"""Scenario, model, sample and epoch."""


def _key(one: Drawn) -> _Place:
    return one.scenario, one.model, one.sample_id, one.epoch


def _said(labels: Labels) -> dict[_Place, list[bool | None]]:
    """Every annotator's finding on each labeled observation; None where it was left open."""
    said: dict[_Place, list[bool | None]] = defaultdict(list)
    for label in labels.labels:
        place = (label.scenario, label.model, label.sample_id, label.epoch)
        said[place].append(label.finding.harm)
    return said


def _rows_of(
    observations: pd.DataFrame, cells: Mapping[CellKey, Cell]
) -> Iterator[tuple[CellKey, pd.DataFrame]]:
    columns = ["scenario", "model", "judge", "condition"]
    keys = {(k.scenario, k.model, k.judge, k.condition.id): k for k in cells}
    for found, rows in observations.groupby(columns, sort=False):
        key = keys.get(tuple(map(str, found)))  # type: ignore[arg-type]  # four columns, four parts
        if key is not None:
            yield key, rows


def _corrected(
    cell: Cell,
    rows: pd.DataFrame,
    drawn: Mapping[_Place, Drawn],
    said: Mapping[_Place, Sequence[bool | None]],
) -> Corrected | None:
    places = [_place_of(row) for row in rows.itertuples()]
    answers = [None if pd.isna(told) else str(told) for told in rows["message_id"]]
    in_frame = np.array(
        [
            _is_drawn_from(drawn.get(place), told)
            for place, told in zip(places, answers, strict=True)
        ],
        dtype=np.bool_,
    )
    held = [place for place, there in zip(places, in_frame, strict=True) if there]
    read = [place for place in held if place in said]
    if not read:
        return None
    audited = _audited(rows[in_frame], [drawn[place] for place in held], held, said)
    labeled = int(audited.labeled.sum())
    powered, gladen = _tried(prediction_powered, audited), _tried(rogan_gladen, audited)
    return Corrected(
        key=cell.key,
        simulated=cell.simulated,
        raw=cell.rate,
        frame=len(held),
        outside=len(places) - len(held),
        labeled=labeled,
        undecided=len(read) - labeled,
        rate=powered.rate,
        rogan_gladen=gladen.rate,
        absent=tuple(dict.fromkeys(one.why for one in (powered, gladen) if one.why)),
    )


def _place_of(row: Any) -> _Place:  # noqa: ANN401 - a row of pandas has no type
    return str(row.scenario), str(row.model), str(row.sample_id), int(row.epoch)


def _is_drawn_from(one: Drawn | None, message_id: str | None) -> bool:
    """Whether the labels are about this answer: another one may have taken its place since."""
    if one is None:
        return False
    return None in (one.message_id, message_id) or one.message_id == message_id


def _audited(
    rows: pd.DataFrame,
    frame: Sequence[Drawn],
    places: Sequence[_Place],
    said: Mapping[_Place, Sequence[bool | None]],
) -> Audited:
    codes = {name: code for code, name in enumerate(sorted({one.stratum for one in frame}))}
    return Audited(
        forms=rows["form"].to_numpy(dtype=np.int64),
        judged=np.array([_JUDGED.get(str(v), np.nan) for v in rows["verdict"]], dtype=np.float64),
        strata=np.array([codes[one.stratum] for one in frame], dtype=np.int64),
        labels=np.array([_label(said.get(place, ())) for place in places], dtype=np.float64),
        inclusion=np.array([one.inclusion for one in frame], dtype=np.float64),
    )


def _label(findings: Sequence[bool | None]) -> float:
    """The share of annotators who say harm; NaN where nobody decided."""
    decided = [float(harm) for harm in findings if harm is not None]
    return float(np.mean(decided)) if decided else np.nan


@dataclass(frozen=True, slots=True)
class _Tried:
    """A correction, or why there is none."""

    rate: Estimate | None
    why: str = ""


def _tried(correct: Callable[[Audited], Estimate], audited: Audited) -> _Tried:
    try:
        return _Tried(correct(audited))
    except NotEstimable as why:
        return _Tried(None, str(why))


def _comparisons(
    comparisons: Sequence[Comparison], found: Mapping[CellKey, Corrected]
) -> Iterator[CorrectedComparison]:
    for one in comparisons:
        if one.contrast is not None and one.treated in found and one.control in found:
            treated, control = found[one.treated].rate, found[one.control].rate
            corrected = corrected_difference(treated, control) if treated and control else None
            yield CorrectedComparison(one.name, one.treated, one.control, one.contrast, corrected)
