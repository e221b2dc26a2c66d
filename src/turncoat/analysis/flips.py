"""What another judge makes of the same answers: old verdict by new verdict, and what flipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from turncoat.analysis.cells import without_members
from turncoat.design import FACTORS, Condition, sample_key
from turncoat.stats import Estimate, count, rate
from turncoat.stats.agreement import Coefficient, kappa

VERDICTS = ("harm", "no_harm", "unscored")
_SCORED = ("harm", "no_harm")
_SAMPLE = ["scenario", "model", "sample_id", "epoch"]
_SAME = [*_SAMPLE, "form", "condition"]
_PAIR = ["scenario", "model", "judge_was", "judge"]


@dataclass(frozen=True, slots=True)
class Move:
    """How many answers went from one verdict to another, or stayed."""

    was: str
    now: str
    n: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Two judges' verdicts on the same answers.

    Attributes:
        counts: every pair of verdicts, in the order of `VERDICTS`.
        flipped: share whose verdict is the opposite, among those that both scored.
    """

    counts: tuple[Move, ...]
    flipped: Estimate

    @property
    def flips(self) -> int:
        """Answers whose verdict is the opposite."""
        return sum(move.n for move in self.counts if _is_flip(move.was, move.now))

    @property
    def lost(self) -> int:
        """Answers that only the first judge scored."""
        return sum(self.n(was, "unscored") for was in _SCORED)

    @property
    def won(self) -> int:
        """Answers that only the second judge scored."""
        return sum(self.n("unscored", now) for now in _SCORED)

    def n(self, was: str, now: str) -> int:
        """Answers that went from one verdict to another."""
        return next(move.n for move in self.counts if (move.was, move.now) == (was, now))


@dataclass(frozen=True, slots=True)
class Flip:
    """An answer whose verdict is the opposite.

    Attributes:
        row: label of the new verdict's row in the table.
        was: the old verdict.
        now: the new one.
    """

    row: int
    condition: Condition
    form: int
    epoch: int
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class CellMoves:
    """The moves of one cell."""

    condition: Condition
    moves: Moves


@dataclass(frozen=True, slots=True)
class Flips:
    """One subject's answers to a scenario before two judges.

    Attributes:
        first: identity of who judged when the answers were given.
        second: identity of who judged them later.
        simulated: whether the subject or either judge is.
        moves: over all conditions.
        kappa: agreement beyond chance, of the answers that both scored.
        cells: the same by condition, in the order of factors and levels.
        read: what flipped, new harm first: the transcripts to read.
    """

    scenario: str
    model: str
    first: str
    second: str
    simulated: bool
    moves: Moves
    kappa: Coefficient
    cells: tuple[CellMoves, ...]
    read: tuple[Flip, ...]


def flips_of(observations: pd.DataFrame) -> tuple[Flips, ...]:
    """For every scenario, subject and later judge, against each that judged first.

    Args:
        observations: the table of results; later verdicts are those with a `verdict_log`.
    """
    pairs = _pairs(observations)
    return tuple(_flips(rows) for _, rows in pairs.groupby(_PAIR, sort=True))


def flip_labels(observations: pd.DataFrame) -> "pd.Series[str]":
    """`no_harm→harm` for the rows of later verdicts that flipped; missing for every other row."""
    pairs = _pairs(observations).drop_duplicates("row")
    flipped = pairs[_flipped(pairs)]
    labels = pd.Series(pd.NA, index=observations.index, dtype="string")
    labels.loc[flipped["row"]] = (flipped["verdict_was"] + "→" + flipped["verdict"]).to_numpy()
    return labels


def _pairs(observations: pd.DataFrame) -> pd.DataFrame:
    """A row for each answer, judge that judged it first, and judge that judged it later."""
    observations = without_members(observations)
    later = set(observations.loc[observations["verdict_log"].notna(), "judge"])
    is_later = observations["judge"].isin(later)
    kept = [*_SAME, "judge", "verdict", "simulated"]
    second = observations.loc[is_later, kept].rename_axis("row").reset_index()
    first = observations.loc[~is_later, kept]
    return second.merge(first, on=_SAME, suffixes=("", "_was"))


def _flips(rows: pd.DataFrame) -> Flips:
    first = rows.iloc[0]
    cells = [CellMoves(_condition(held), _moves(held)) for _, held in rows.groupby("condition")]
    return Flips(
        scenario=str(first["scenario"]),
        model=str(first["model"]),
        first=str(first["judge_was"]),
        second=str(first["judge"]),
        simulated=bool(rows["simulated"].any() or rows["simulated_was"].any()),
        moves=_moves(rows),
        kappa=kappa(_table(rows)),
        cells=tuple(sorted(cells, key=lambda cell: _place(cell.condition))),
        read=tuple(sorted(_read(rows), key=_order)),
    )


def _moves(rows: pd.DataFrame) -> Moves:
    both = rows[_both_scored(rows)]
    forms = both["form"].to_numpy(dtype=np.int64)
    flipped = rate(count(forms, _flipped(both).to_numpy(dtype=np.bool_)))
    return Moves(tuple(_counted(rows)), flipped)


def _counted(rows: pd.DataFrame) -> Iterator[Move]:
    for was, now in product(VERDICTS, VERDICTS):
        yield Move(was, now, int(((rows["verdict_was"] == was) & (rows["verdict"] == now)).sum()))


def _table(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Shape (2, 2): the first judge's verdicts in rows, the second's in columns."""
    counts = {(move.was, move.now): move.n for move in _counted(rows)}
    return np.array([[counts[was, now] for now in _SCORED] for was in _SCORED], dtype=np.int64)


def _both_scored(rows: pd.DataFrame) -> "pd.Series[bool]":
    return (rows["verdict"] != "unscored") & (rows["verdict_was"] != "unscored")


def _flipped(rows: pd.DataFrame) -> "pd.Series[bool]":
    return _both_scored(rows) & (rows["verdict"] != rows["verdict_was"])


def _is_flip(was: str, now: str) -> bool:
    return was != now and "unscored" not in (was, now)


def _read(rows: pd.DataFrame) -> Iterator[Flip]:
    for row in rows[_flipped(rows)].to_dict("records"):
        yield Flip(
            row=int(row["row"]),
            condition=sample_key(str(row["sample_id"])).condition,
            form=int(row["form"]),
            epoch=int(row["epoch"]),
            was=str(row["verdict_was"]),
            now=str(row["verdict"]),
        )


def _order(flip: Flip) -> tuple[bool, tuple[int, ...], int, int]:
    return flip.now != "harm", _place(flip.condition), flip.form, flip.epoch


def _condition(rows: pd.DataFrame) -> Condition:
    return sample_key(str(rows["sample_id"].iloc[0])).condition


def _place(condition: Condition) -> tuple[int, ...]:
    return tuple(factor.levels.index(condition[factor.name]) for factor in FACTORS)
