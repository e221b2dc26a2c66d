"""How far judges of the same answers agree: for the terminal, for machines, and for the page."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

import pandas as pd
from rich.table import Table
from rich.text import Text

from turncoat.analysis import Analysis, CellAgreement, CellKey, Dispute
from turncoat.analysis.agreement import Pair, Rated, Said
from turncoat.design import CONTROLS, role_of
from turncoat.report.flips import kappa_text
from turncoat.report.labels import (
    Labels,
    known,
    labels_of,
    percent,
    words,
)
from turncoat.report.sheets import rate_text
from turncoat.stats import LEVEL

DISAGREE = "disagree"
"""Value of the listed column `judges` of a row about which judges disagree."""

_MOST_LISTED = 200
_ROLES = ("treated", *(control.name for control in CONTROLS))
_RATES = f"harm: share of the answers that the judge scored [{percent(LEVEL)} interval]"
_PAIRS = (
    "both: answers that both scored, of those that the rules left open\n"
    f"agree: share of them with the same verdict [{percent(LEVEL)} interval]\n"
    "kappa: agreement beyond chance"
)


@dataclass(frozen=True, slots=True)
class RatedRow:
    """One judge's rate in a cell, for machines; what is not known is None."""

    judge: str
    member: bool
    planned: int
    scored: int
    rate: float | None
    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two judges in a cell, for machines."""

    first: str
    second: str
    both: int
    one_only: int
    disagreed: int
    raw: float | None
    low: float | None
    high: float | None
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One judge's verdict on a disputed answer."""

    judge: str
    verdict: str
    found: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """An answer about which judges disagree, and where its transcript is."""

    scenario: str
    model: str
    condition: str
    sample_id: str
    epoch: int
    log: str
    sample_uuid: str
    said: tuple[SaidRow, ...]


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """A cell of the page.

    Attributes:
        key: of the headline cell with its transcripts.
        disputed: answers about which any two judges disagree.
    """

    key: CellKey | None
    label: str
    found: CellAgreement
    disputed: int


@dataclass(frozen=True, slots=True)
class AgreementSheet:
    """The judges of one subject's answers to a scenario.

    Attributes:
        judges: identities, in the order of the columns.
    """

    scenario: str
    model: str
    simulated: bool
    judges: tuple[str, ...]
    lines: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A disputed answer of the page, with the cell that holds its transcript."""

    key: CellKey | None
    label: str
    dispute: Dispute


@dataclass(frozen=True, slots=True)
class AgreementPart:
    """The section of the page.

    Attributes:
        disputes: to be read first, at most as many as a page can list.
        more: those that are not listed.
    """

    sheets: tuple[AgreementSheet, ...]
    disputes: tuple[DisputeLine, ...]
    more: int


def agreement_part(analysis: Analysis) -> AgreementPart:
    """The section of the page; without a sheet where no answer has two judges."""
    found, names = analysis.agreements, labels_of(analysis.cells)
    listed = found.disputes[:_MOST_LISTED]
    return AgreementPart(
        sheets=tuple(_sheets(analysis, names)),
        disputes=tuple(
            DisputeLine(_key(one, analysis), _label(one, analysis, names), one) for one in listed
        ),
        more=len(found.disputes) - len(listed),
    )


def _sheets(analysis: Analysis, names: Labels) -> Iterator[AgreementSheet]:
    for (scenario, model), block in _blocks(analysis):
        judges = dict.fromkeys(rated.judge for cell in block for rated in cell.rated)
        yield AgreementSheet(
            scenario=scenario,
            model=model,
            simulated=any(cell.simulated for cell in block),
            judges=tuple(judges),
            lines=tuple(_line(cell, analysis, names) for cell in block),
        )


def _line(cell: CellAgreement, analysis: Analysis, names: Labels) -> AgreementLine:
    own = [one for one in analysis.agreements.disputes if _where(one) == _where(cell)]
    key = _key(cell, analysis)
    return AgreementLine(key, _label(cell, analysis, names), cell, len(own))


def agreement_json(analysis: Analysis, observations: pd.DataFrame) -> dict[str, object]:
    """Each judge's rate, every pair of judges, and what to read first, by cell."""
    return {
        "cells": [_cell_data(cell) for cell in analysis.agreements.cells],
        "disputes": [
            asdict(_dispute_row(one, observations)) for one in analysis.agreements.disputes
        ],
    }


def _cell_data(cell: CellAgreement) -> dict[str, object]:
    return {
        "scenario": cell.scenario,
        "model": cell.model,
        "condition": cell.condition.id,
        "simulated": cell.simulated,
        "asked": cell.asked,
        "judges": [asdict(_rated_row(rated)) for rated in cell.rated],
        "pairs": [asdict(_pair_row(pair)) for pair in cell.pairs],
    }


def _rated_row(found: Rated) -> RatedRow:
    rate = found.rate
    limits = (known(rate.point), known(rate.low), known(rate.high))
    return RatedRow(found.judge, found.member, found.planned, rate.n, *limits, rate.method)


def _pair_row(pair: Pair) -> PairRow:
    raw, kappa = pair.raw, pair.kappa
    return PairRow(
        first=pair.first,
        second=pair.second,
        both=pair.both,
        one_only=pair.one_only,
        disagreed=pair.disagreed,
        raw=known(raw.point),
        low=known(raw.low),
        high=known(raw.high),
        kappa=known(kappa.point),
        kappa_low=known(kappa.low),
        kappa_high=known(kappa.high),
    )


def _dispute_row(one: Dispute, observations: pd.DataFrame) -> DisputeRow:
    row = observations.loc[one.said[0].row]
    return DisputeRow(
        scenario=one.scenario,
        model=one.model,
        condition=one.condition.id,
        sample_id=str(row["sample_id"]),
        epoch=one.epoch,
        log=str(row["log"]),
        sample_uuid=str(row["sample_uuid"]),
        said=tuple(SaidRow(said.judge, said.verdict, said.found) for said in one.said),
    )


def agreement_tables(analysis: Analysis) -> Iterator[Table]:
    """For every subject and scenario with several judges: their rates, and how far they agree."""
    names = labels_of(analysis.cells)
    for (scenario, model), block in _blocks(analysis):
        judges = tuple(dict.fromkeys(rated.judge for cell in block for rated in cell.rated))
        simulated = " (simulated)" if any(cell.simulated for cell in block) else ""
        title = f"Judges of {scenario} · {model}{simulated}\n{_legend(judges)}"
        yield _rates(title, block, judges, [_label(c, analysis, names) for c in block])
        yield _pairs(block, judges, [_label(c, analysis, names) for c in block])


def _legend(judges: Sequence[str]) -> str:
    return "\n".join(f"{number}: {judge}" for number, judge in enumerate(judges, start=1))


def _rates(
    title: str, block: Sequence[CellAgreement], judges: Sequence[str], names: Sequence[str]
) -> Table:
    table = _table(title, _RATES)
    table.add_column("harm", overflow="fold")
    for number in range(1, len(judges) + 1):
        table.add_column(f"judge {number}", justify="right", no_wrap=True)
    for cell, name in zip(block, names, strict=True):
        rates = {rated.judge: rated.rate for rated in cell.rated}
        table.add_row(Text(name), *(Text(rate_text(rates.get(judge))) for judge in judges))
    return table


def _pairs(block: Sequence[CellAgreement], judges: Sequence[str], names: Sequence[str]) -> Table:
    table = _table(None, _PAIRS)
    table.add_column("condition", overflow="fold")
    for column in ("judges", "both", "agree", "kappa", "disagree"):
        table.add_column(column, justify="right", no_wrap=True)
    for cell, name in zip(block, names, strict=True):
        for place, pair in enumerate(cell.pairs):
            numbers = f"{judges.index(pair.first) + 1}, {judges.index(pair.second) + 1}"
            found = (str(pair.both), rate_text(pair.raw), kappa_text(pair.kappa))
            shown = ("" if place else name, numbers, *found, str(pair.disagreed))
            table.add_row(*map(Text, shown))
        table.add_section()
    return table


def _table(title: str | None, caption: str) -> Table:
    return Table(
        title=title and Text(title),
        caption=Text(caption),
        title_justify="left",
        caption_justify="left",
    )


def said_text(said: Said) -> str:
    """`harm (explicit threat)`, `unscored (judge malformed)`."""
    return f"{words(said.verdict)} ({words(said.found)})"


_Where = tuple[str, str]


def _blocks(analysis: Analysis) -> Iterator[tuple[_Where, list[CellAgreement]]]:
    for where, block in groupby(
        analysis.agreements.cells, lambda cell: (cell.scenario, cell.model)
    ):
        yield where, sorted(block, key=lambda cell: _ROLES.index(role_of(cell.condition)))


def _where(one: CellAgreement | Dispute) -> tuple[str, str, str]:
    return one.scenario, one.model, one.condition.id


def _key(one: CellAgreement | Dispute, analysis: Analysis) -> CellKey | None:
    """The headline cell of these answers: the panel's, or the first judge's."""
    own = (cell.key for cell in analysis.cells if _of(cell.key) == _where(one))
    return next(own, None)


def _of(key: CellKey) -> tuple[str, str, str]:
    return key.scenario, key.model, key.condition.id


def _label(one: CellAgreement | Dispute, analysis: Analysis, names: Labels) -> str:
    key = _key(one, analysis)
    cell = analysis.cell(key) if key else None
    return names.cell(cell) if cell else one.condition.short
