"""What later judges made of the same answers: for the terminal and for other programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import pandas as pd
from rich.table import Table
from rich.text import Text

from turncoat.analysis import Analysis, CellKey, Flips, Moves
from turncoat.analysis.flips import VERDICTS
from turncoat.report.labels import UNKNOWN, Labels, interval, known, labels_of, percent, words
from turncoat.stats import LEVEL
from turncoat.stats.agreement import Coefficient

_CAPTION = (
    "rows: the verdict before; columns: the verdict now\n"
    f"flips: opposite verdicts among the answers that both scored [{percent(LEVEL)} interval]\n"
    "kappa: agreement beyond chance among them"
)
_SCORED = ("harm", "no_harm")
_SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class MovesRow:
    """One subject's answers before two judges, for machines; what is not known is None.

    Attributes:
        condition: its id; None for all conditions together.
        counts: `old-new` verdict to the number of answers, e.g. `no_harm-harm`.
        scored: answers that both judges scored.
        share: of flips among them, with its interval.
        kappa: over all conditions only, with its interval.
    """

    scenario: str
    model: str
    first: str
    second: str
    simulated: bool
    condition: str | None
    counts: Mapping[str, int]
    scored: int
    flips: int
    share: float | None
    low: float | None
    high: float | None
    method: str
    kappa: float | None = None
    kappa_low: float | None = None
    kappa_high: float | None = None


@dataclass(frozen=True, slots=True)
class FlipRow:
    """A flipped answer, and where its transcript is."""

    scenario: str
    model: str
    first: str
    second: str
    sample_id: str
    epoch: int
    was: str
    now: str
    log: str
    sample_uuid: str
    verdict_log: str


@dataclass(frozen=True, slots=True)
class FlipsLine:
    """A line of the page's table.

    Attributes:
        key: the later judge's cell; None for the line of all conditions.
        label: what the condition is called in the page.
    """

    key: CellKey | None
    label: str
    moves: Moves


@dataclass(frozen=True, slots=True)
class FlipsSheet:
    """One subject's answers to a scenario before two judges, for the page."""

    flips: Flips
    lines: tuple[FlipsLine, ...]


def flips_sheets(analysis: Analysis) -> tuple[FlipsSheet, ...]:
    """Every condition's moves, and those of all together."""
    names = labels_of(analysis.cells)
    return tuple(
        FlipsSheet(found, tuple(_sheet_lines(found, analysis, names))) for found in analysis.flips
    )


def _sheet_lines(found: Flips, analysis: Analysis, names: Labels) -> Iterator[FlipsLine]:
    for held in found.cells:
        key = CellKey(found.scenario, found.model, found.second, held.condition)
        cell = analysis.cell(key)
        yield FlipsLine(key, names.cell(cell) if cell else held.condition.short, held.moves)
    yield FlipsLine(None, "all conditions", found.moves)


def flips_json(flips: tuple[Flips, ...], observations: pd.DataFrame) -> dict[str, object]:
    """Moves over all conditions, by cell, and the flipped answers, new harm first."""
    return {
        "flips": [asdict(_row(f, f.moves, None, f.kappa)) for f in flips],
        "cells": [asdict(_row(f, c.moves, c.condition.id)) for f in flips for c in f.cells],
        "flipped": [asdict(row) for f in flips for row in _read(f, observations)],
    }


def flips_tables(flips: tuple[Flips, ...]) -> Iterator[Table]:
    """The moves by scenario and subject, for the terminal: a table for each pair of judges."""
    pairs = dict.fromkeys((found.first, found.second) for found in flips)
    for pair in pairs:
        yield _pair_table([found for found in flips if (found.first, found.second) == pair])


def _pair_table(flips: Sequence[Flips]) -> Table:
    simulated = f" ({_SIMULATED})" if any(found.simulated for found in flips) else ""
    table = Table(
        title=Text(f"Flips{simulated}\n{flips[0].first}\n→ {flips[0].second}"),
        caption=Text(_CAPTION),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("answers", overflow="fold")
    for verdict in VERDICTS:
        table.add_column(words(verdict), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for found in flips:
        table.add_row(Text(f"{found.scenario} · {found.model}", style="bold"))
        for line in _lines(found):
            table.add_row(*map(Text, line))
        table.add_section()
    return table


def kappa_text(found: Coefficient) -> str:
    """`0.81 [0.62, 0.93]`."""
    if known(found.point) is None:
        return UNKNOWN
    return f"{found.point:.2f} [{found.low:.2f}, {found.high:.2f}]".replace("-", "−")


def _lines(found: Flips) -> Iterator[tuple[str, ...]]:
    """A line for every verdict before that any answer had, and beside them what sums them up."""
    moves = found.moves
    share = f"flips {percent(moves.flipped.point)} {interval(moves.flipped)}"
    summary = iter(
        (share if moves.flipped.known else f"flips {UNKNOWN}", f"kappa {kappa_text(found.kappa)}")
    )
    for was in VERDICTS:
        counts = [moves.n(was, now) for now in VERDICTS]
        if was in _SCORED or any(counts):
            yield f"  {words(was)}", *map(str, counts), next(summary, "")


def _row(
    found: Flips, moves: Moves, condition: str | None, kappa: Coefficient | None = None
) -> MovesRow:
    return MovesRow(
        scenario=found.scenario,
        model=found.model,
        first=found.first,
        second=found.second,
        simulated=found.simulated,
        condition=condition,
        counts={f"{move.was}-{move.now}": move.n for move in moves.counts},
        scored=moves.flipped.n,
        flips=moves.flips,
        share=known(moves.flipped.point),
        low=known(moves.flipped.low),
        high=known(moves.flipped.high),
        method=moves.flipped.method,
        kappa=known(kappa.point) if kappa else None,
        kappa_low=known(kappa.low) if kappa else None,
        kappa_high=known(kappa.high) if kappa else None,
    )


def _read(found: Flips, observations: pd.DataFrame) -> Iterator[FlipRow]:
    for flip in found.read:
        row = observations.loc[flip.row]
        yield FlipRow(
            scenario=found.scenario,
            model=found.model,
            first=found.first,
            second=found.second,
            sample_id=str(row["sample_id"]),
            epoch=flip.epoch,
            was=flip.was,
            now=flip.now,
            log=str(row["log"]),
            sample_uuid=str(row["sample_uuid"]),
            verdict_log=str(row["verdict_log"]),
        )
