"""What is labeled: observations drawn at random within what one judge made of each cell."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from secrets import token_urlsafe

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from turncoat.results.labels import Draw, Member, Stratum
from turncoat.stats import allocate, order
from turncoat.verdict import Unscored

LABELS = 100
"""How many observations are drawn unless a number is given."""

NEVER_ANSWERED = (Unscored.NOT_RUN, Unscored.SUBJECT_ERROR)
"""Reasons for which there is no answer that could be labeled."""

_PANEL = "panel:"
_CELL = ["scenario", "model", "condition"]


class UnknownJudge(LookupError):
    """No judge, or not the one that was asked for, has verdicts in the run.

    Attributes:
        judges: those that have.
    """

    def __init__(self, problem: str, judges: tuple[str, ...]) -> None:
        super().__init__(problem)
        self.judges = judges


class TooFewLabels(ValueError):
    """Fewer observations are to be drawn than there are strata.

    Attributes:
        strata: how many there are.
    """

    def __init__(self, labels: int, strata: int) -> None:
        super().__init__(f"{labels} labels for {strata} strata: each needs one")
        self.strata = strata


@dataclass(frozen=True, slots=True)
class Frame:
    """What can be drawn.

    Attributes:
        rows: of one judge, with a column `stratum`.
        left_out: observations that have no answer to label.
    """

    judge: str
    rows: pd.DataFrame
    left_out: int


def judge_for(table: pd.DataFrame, wanted: str | None) -> str:
    """The judge whose verdicts make the strata: the one asked for, the panel's, or the only one.

    Raises:
        UnknownJudge: there are several and none is asked for, or not this one.
    """
    judges = tuple(sorted(table["judge"].unique()))
    panels = [judge for judge in judges if judge.startswith(_PANEL)]
    if wanted is not None:
        if wanted not in judges:
            raise UnknownJudge(wanted, judges)
        return wanted
    candidates = panels or judges
    if len(candidates) != 1:
        raise UnknownJudge(f"{len(candidates)} judges", judges)
    return str(candidates[0])


def frame_of(table: pd.DataFrame, judge: str) -> Frame:
    """The observations that have an answer, each in its stratum."""
    rows = table[table["judge"] == judge]
    answered = ~rows["reason"].isin([reason.value for reason in NEVER_ANSWERED])
    kept = rows[answered]
    return Frame(judge, kept.assign(stratum=_strata(kept)), int((~answered).sum()))


def _strata(rows: pd.DataFrame) -> list[str]:
    """Without harm, a judge's own verdict is another thing than that nobody needed to look."""
    looked = rows["decided_by"].eq("judge").fillna(value=False)
    names = np.where(looked, "no_harm", "gate_closed")
    names = np.where(rows["verdict"] == "harm", "harm", names)
    return [str(name) for name in np.where(rows["verdict"] == "unscored", "unscored", names)]


def drawn_from(frame: Frame, *, labels: int, seed: int) -> Draw:
    """A new draw.

    Args:
        frame: what can be drawn.
        labels: how many observations.
        seed: of the random orders; the same frame and seed give the same draw.

    Raises:
        TooFewLabels: fewer than there are strata.
    """
    rows = frame.rows.sort_values([*_CELL, "stratum", "form", "epoch"], ignore_index=True)
    strata = np.asarray(rows.groupby([*_CELL, "stratum"], sort=True).ngroup(), dtype=np.int64)
    ranked = rows.assign(place=order(strata, np.random.default_rng(seed))).sort_values("place")
    held = [members for _, members in ranked.groupby([*_CELL, "stratum"], sort=True)]
    counts = _allocated(np.bincount(strata), labels)
    found = [_stratum(members, int(n)) for members, n in zip(held, counts, strict=True)]
    return Draw(frame.judge, seed, tuple(found))


def extended(draw: Draw, labels: int) -> Draw:
    """The draw with as many observations, those that it has among them.

    Raises:
        TooFewLabels: fewer than there are strata.
    """
    sizes = np.array([len(stratum.members) for stratum in draw.strata], dtype=np.int64)
    counts = _allocated(sizes, labels)
    grown = zip(draw.strata, counts, strict=True)
    return replace(draw, strata=tuple(replace(stratum, drawn=int(n)) for stratum, n in grown))


def _allocated(sizes: NDArray[np.int64], labels: int) -> NDArray[np.int64]:
    if labels < sizes.size:
        raise TooFewLabels(labels, sizes.size)
    return allocate(sizes, labels)


def _stratum(rows: pd.DataFrame, drawn: int) -> Stratum:
    scenario, model, condition, name = (str(rows[c].iloc[0]) for c in [*_CELL, "stratum"])
    return Stratum(scenario, model, condition, name, tuple(_members(rows)), drawn)


def _members(rows: pd.DataFrame) -> Iterator[Member]:
    known = rows["message_id"].notna()
    for row, told in zip(rows.itertuples(), known, strict=True):
        message_id = str(row.message_id) if told else None
        yield Member(str(row.sample_id), int(str(row.epoch)), token_urlsafe(9), message_id)
