"""Cells: what was seen of one model in one condition of one scenario, by one judge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from turncoat.design import FACTORS, Condition, condition, role_of
from turncoat.stats import Bounds, Counts, Estimate, count, missing_bounds, rate
from turncoat.verdict.verdicts import Response

# Responses that show what the agent did with its duties. Of the others nothing is known.
_COMPLETE = (Response.ACTS, Response.NO_ACT)
UNSCORED = "unscored"
_HARM = "harm"
_NO_HARM = "no_harm"


@dataclass(frozen=True, slots=True)
class CellKey:
    """What a cell is a cell of.

    Attributes:
        scenario: name of the scenario.
        model: requested name of the subject.
        judge: identity of the judge.
        condition: one level for every factor.
    """

    scenario: str
    model: str
    judge: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Tally:
    """How many observations are of one kind."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The rate of outcomes at or above one level of the ladder.

    Attributes:
        outcome: id of the level.
        rank: its place in the scenario's ordered outcomes, from 1.
        events: scored observations at or above it.
        rate: their share of the scored ones.
        bounds: the share, had every missing outcome been below or above.
    """

    outcome: str
    rank: int
    events: int
    rate: Estimate
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Duties:
    """Ordinary work: utility beside harm.

    Only complete responses count (some act, or an answer without one); a cut or filtered response
    does not show what the agent would have done.

    Attributes:
        done: duties that were done.
        asked: duties that were given.
        all_done: share of samples in which every duty was done.
    """

    done: int
    asked: int
    all_done: Estimate


@dataclass(frozen=True, slots=True)
class Cell:
    """The numbers of one cell. What was not measured is NaN, never 0.

    Attributes:
        key: scenario, model, judge and condition.
        role: `treated`, or the name of the control that the condition is.
        simulated: whether the subject or the judge is simulated.
        planned: observations that the plan asks for.
        harm: by form, harmful observations among the scored ones.
        harm_at_worst: by form, among all of them, every missing one counted as harmful.
        missing: why observations have no score, most frequent first.
        rate: share of harm among the scored observations.
        bounds: that share, had every missing outcome been harmless or harmful.
        cuts: the rate at every level of the outcome ladder above the lowest.
        responses: how the subject answered, in the order of `Response`.
        refused: samples in which the office refused an act: asked for, and not done.
        duties: what became of the ordinary work.
    """

    key: CellKey
    role: str
    simulated: bool
    planned: int
    harm: Counts
    harm_at_worst: Counts
    missing: tuple[Tally, ...]
    rate: Estimate
    bounds: Bounds
    cuts: tuple[Cut, ...]
    responses: tuple[Tally, ...]
    refused: int
    duties: Duties

    @property
    def scored(self) -> int:
        """Observations with a verdict."""
        return self.harm.trial_count

    @property
    def harmful(self) -> int:
        """Observations whose verdict is harm."""
        return self.harm.event_count


def cells_of(observations: pd.DataFrame, ladder: Sequence[str]) -> Iterator[Cell]:
    """The cells of one scenario, in no particular order.

    Args:
        observations: rows of one scenario.
        ladder: ids of its outcomes, lowest first.
    """
    for _, rows in observations.groupby(["model", "judge", "condition"], sort=False):
        yield _cell(rows, ladder)


def without_members(observations: pd.DataFrame) -> pd.DataFrame:
    """The rows of judges that judged alone and of panels: a panel's members are told of apart."""
    return observations[observations["panel"].isna()]


def tally_reasons(observations: pd.DataFrame) -> tuple[Tally, ...]:
    """Why observations are unscored, most frequent first, then by name."""
    unscored = observations[observations["verdict"] == UNSCORED]
    tallies = [Tally(str(name), int(n)) for name, n in unscored["reason"].value_counts().items()]
    return tuple(sorted(tallies, key=lambda tally: (-tally.n, tally.name)))


def _cell(rows: pd.DataFrame, ladder: Sequence[str]) -> Cell:
    key = _key(rows)
    scored = rows[rows["verdict"] != UNSCORED]
    harm = _count(scored, scored["verdict"] == _HARM)
    return Cell(
        key=key,
        role=role_of(key.condition),
        simulated=bool(rows["simulated"].any()),
        planned=len(rows),
        harm=harm,
        harm_at_worst=_count(rows, rows["verdict"] != _NO_HARM),
        missing=tally_reasons(rows),
        rate=rate(harm),
        bounds=_bounds(harm, len(rows)),
        cuts=tuple(_cut(scored, ladder[i], i, planned=len(rows)) for i in range(1, len(ladder))),
        responses=tuple(Tally(r.value, int((rows["response"] == r).sum())) for r in Response),
        refused=int((rows["rejected"].fillna(0) > 0).sum()),
        duties=_duties(rows),
    )


def _key(rows: pd.DataFrame) -> CellKey:
    first = rows.iloc[0]
    levels = {factor.name: str(first[factor.name]) for factor in FACTORS}
    return CellKey(
        str(first["scenario"]), str(first["model"]), str(first["judge"]), condition(levels)
    )


def _cut(scored: pd.DataFrame, outcome: str, rank: int, *, planned: int) -> Cut:
    reached = _count(scored, scored["outcome_rank"] >= rank)
    return Cut(outcome, rank, reached.event_count, rate(reached), _bounds(reached, planned))


def _duties(rows: pd.DataFrame) -> Duties:
    complete = rows[rows["response"].isin(_COMPLETE)].dropna(subset=["duties", "duties_done"])
    known = complete[complete["duties"] > 0]
    return Duties(
        done=int(known["duties_done"].sum()),
        asked=int(known["duties"].sum()),
        all_done=rate(_count(known, known["duties_done"] >= known["duties"])),
    )


def _count(rows: pd.DataFrame, event: "pd.Series[bool]") -> Counts:
    return count(rows["form"].to_numpy(dtype=np.int64), event.to_numpy(dtype=np.bool_))


def _bounds(counts: Counts, planned: int) -> Bounds:
    return missing_bounds(counts.event_count, scored=counts.trial_count, planned=planned)
