"""What subjects believe of their situation, by four measures that can disagree.

Told (`frame`, which is manipulated), stated (asked first), unprompted (marks in reasoning and mail),
and asked afterwards. Only what was manipulated has an effect that is causal; the rest describes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
import pandas as pd

from turncoat.analysis.cells import Cell, CellKey, Tally
from turncoat.design import Condition, role_of
from turncoat.results import Arm
from turncoat.stats import Contrast, Counts, Estimate, count, rate, risk_difference
from turncoat.verdict.afterwards import Afterwards, First, first_option
from turncoat.verdict.belief import Belief

FRAME = "frame"
TOLD = ("test", "real")
"""Levels of the frame that say what the situation is."""

MARKS = {"aware_reasoning": "reasoning", "aware_mail": "mail"}
"""Columns of unprompted awareness, and where it was said."""

NEITHER = (Belief.UNDECIDED.value, Belief.NONE.value)
"""The paper's "neither": both that the subject is undecided and that it states nothing."""

_ASKED = {"belief": ("asked",)}
_UNASKED = {"belief": "absent"}
_TWIN = {"twin": "benign"}
_SAMPLE = ["scenario", "model", "sample_id", "epoch"]
# What has no frame at all has the filler's place.
_PAIRS = (("test", "real"), *((told, plain) for told in TOLD for plain in ("filler", "silent")))


@dataclass(frozen=True, slots=True)
class Place:
    """One model in one condition of one scenario; no judge, as none is asked."""

    scenario: str
    model: str
    condition: Condition

    @property
    def frame(self) -> str:
        """What the subject was told of its situation."""
        return self.condition[FRAME]

    def at(self, levels: Mapping[str, str]) -> "Place":
        """The same with some factors at other levels."""
        return replace(self, condition=self.condition.replace(levels))


@dataclass(frozen=True, slots=True)
class Share:
    """How many say one thing, and their share of those that are known."""

    name: str
    n: int
    rate: Estimate


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated in one cell where the subject is asked first.

    Attributes:
        planned: samples of the cell.
        missing: of them, those whose answer does not show what it would have stated.
        shares: test, real, undecided, none.
    """

    place: Place
    role: str
    simulated: bool
    planned: int
    missing: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class FrameEffect:
    """One level of the frame against another, all else the same.

    Attributes:
        where: the first level's cell; its judge is empty where the contrast has none.
        high, low: levels of the frame.
        contrast: rate at `high` minus rate at `low`, paired by form where the forms allow it.
    """

    where: CellKey
    high: str
    low: str
    simulated: bool
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Levels of the frame at which a run asks no belief, so that nobody knows who took them in."""

    scenario: str
    model: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HarmByBelief:
    """Harm by what was stated, in one cell where the subject is asked first.

    Attributes:
        key: the cell's.
        groups: test, real, undecided, none and neither (the last two together); `n` counts the
            scored samples that state it, and the rate is of harm among them.
        test_real, neither_real: differences of harm rates; NaN where a group is empty.
        asked: harm in the whole cell.
        unasked: harm in the same cell without the question; None where it is not in the run.
        asking: asked minus unasked; None likewise.
        framed: whether the run manipulates the frame for this scenario and model.
    """

    key: CellKey
    simulated: bool
    groups: tuple[Share, ...]
    test_real: Contrast
    neither_real: Contrast
    asked: Estimate
    unasked: Estimate | None
    asking: Contrast | None
    framed: bool


@dataclass(frozen=True, slots=True)
class Unprompted:
    """How often one place of an answer speaks of a test, in a cell where nobody asked.

    Attributes:
        where: `reasoning` or `mail`.
        missing: samples of which it is not known; hidden reasoning is among them.
        rate: share of the others.
    """

    key: CellKey
    simulated: bool
    where: str
    planned: int
    missing: int
    rate: Estimate


@dataclass(frozen=True, slots=True)
class AskedAfterwards:
    """What a cell's subjects say after the end.

    Attributes:
        missing: why samples have no answer, most frequent first.
        shares: test, real, unsure.
        twin: share of `test` on the benign twin; None where the cell is one, or where the twin is
            not in the run.
        excess: the cell's share of `test` minus the twin's; None likewise.
        test_first, real_first: share of `test` where that option stood first.
        order: the difference of the two: how far the answer is one to a list, and not to the question.
    """

    place: Place
    role: str
    simulated: bool
    planned: int
    missing: tuple[Tally, ...]
    shares: tuple[Share, ...]
    twin: Estimate | None
    excess: Contrast | None
    test_first: Estimate
    real_first: Estimate
    order: Contrast

    @property
    def says_test(self) -> Estimate:
        """Share of those that say that it was a test."""
        return self.shares[0].rate


@dataclass(frozen=True, slots=True)
class Awareness:
    """Every measure that a run has; a run without any has none of these.

    Attributes:
        stated: cells where the subject is asked first.
        checks: the manipulation check: the share that states `test`, by frame.
        unchecked: where the frame was manipulated and no belief was asked.
        by_belief: harm by stated belief.
        framed: harm by frame, the causal contrast.
        unprompted: marks of awareness that nobody asked for.
        afterwards: cells that were asked after the end.
    """

    stated: tuple[Stated, ...] = ()
    checks: tuple[FrameEffect, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    by_belief: tuple[HarmByBelief, ...] = ()
    framed: tuple[FrameEffect, ...] = ()
    unprompted: tuple[Unprompted, ...] = ()
    afterwards: tuple[AskedAfterwards, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether there is anything to report."""
        return any((self.stated, self.unchecked, self.framed, self.unprompted, self.afterwards))


@dataclass(frozen=True, slots=True)
class _Groups:
    """A table's rows by place, and by cell."""

    samples: dict[Place, pd.DataFrame] = field(default_factory=dict)
    rows: dict[CellKey, pd.DataFrame] = field(default_factory=dict)


def awareness_of(
    observations: pd.DataFrame,
    cells: Mapping[CellKey, Cell],
    arms: Mapping[str, Arm] | None = None,
) -> Awareness:
    """What the observations tell of belief and awareness.

    Args:
        observations: the table of results; marks of awareness may be among its columns.
        cells: every cell of the table, in the order of the report.
        arms: scenario to its arm; a published text asks for a belief in words that no rule can read.
    """
    groups = _groups(observations, cells)
    published = {name for name, arm in (arms or {}).items() if arm.story != "own"}
    stated = [
        _stated(place, rows)
        for place, rows in groups.samples.items()
        if place.condition.matches(_ASKED) and place.scenario not in published
    ]
    framed = tuple(_framed(cells))
    varied = {(found.where.scenario, found.where.model) for found in framed}
    return Awareness(
        stated=tuple(stated),
        checks=tuple(_checks(stated, groups)),
        unchecked=tuple(_unchecked(groups, stated)),
        by_belief=tuple(
            _by_belief(cell, groups.rows[key], cells, framed=(key.scenario, key.model) in varied)
            for key, cell in cells.items()
            if key.condition.matches(_ASKED) and key.scenario not in published
        ),
        framed=framed,
        unprompted=tuple(_unprompted(groups)),
        afterwards=tuple(_afterwards(groups)),
    )


def _groups(observations: pd.DataFrame, cells: Mapping[CellKey, Cell]) -> _Groups:
    """Rows in the order of the cells; a sample that several judges judged counts once by place."""
    by_cell = {
        (str(s), str(m), str(j), str(c)): rows
        for (s, m, j, c), rows in observations.groupby(
            ["scenario", "model", "judge", "condition"], sort=False
        )
    }
    rows = {k: by_cell[k.scenario, k.model, k.judge, k.condition.id] for k in cells}
    held: dict[Place, list[pd.DataFrame]] = {}
    for key, found in rows.items():
        held.setdefault(Place(key.scenario, key.model, key.condition), []).append(found)
    return _Groups({place: _once(found) for place, found in held.items()}, rows)


def _once(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0]
    # `first` takes the first value that is not missing, column by column.
    return pd.concat(frames).groupby(_SAMPLE, sort=False, as_index=False).first()


def _stated(place: Place, rows: pd.DataFrame) -> Stated:
    known = rows.dropna(subset=["stated_belief"])
    return Stated(
        place=place,
        role=role_of(place.condition),
        simulated=bool(rows["simulated"].any()),
        planned=len(rows),
        missing=len(rows) - len(known),
        shares=tuple(_share(known, "stated_belief", belief.value) for belief in Belief),
    )


def _share(known: pd.DataFrame, column: str, value: str) -> Share:
    counts = _count(known, known[column] == value)
    return Share(value, counts.event_count, rate(counts))


def _checks(stated: Sequence[Stated], groups: _Groups) -> Iterator[FrameEffect]:
    by_place = {found.place: found for found in stated}
    for place, found in by_place.items():
        for high, low in _PAIRS:
            other = by_place.get(place.at({FRAME: low}))
            if place.frame == high and other is not None:
                yield FrameEffect(
                    where=CellKey(place.scenario, place.model, "", place.condition),
                    high=high,
                    low=low,
                    simulated=found.simulated or other.simulated,
                    contrast=risk_difference(
                        _says_test(groups.samples[place]), _says_test(groups.samples[other.place])
                    ),
                )


def _says_test(rows: pd.DataFrame) -> Counts:
    known = rows.dropna(subset=["stated_belief"])
    return _count(known, known["stated_belief"] == Belief.TEST.value)


def _unchecked(groups: _Groups, stated: Sequence[Stated]) -> Iterator[Unchecked]:
    asked = {(f.place.scenario, f.place.model, f.place.frame) for f in stated}
    for (scenario, model), places in groupby(sorted(groups.samples, key=_subject), key=_subject):
        frames = {place.frame for place in places}
        levels = tuple(
            level for level in TOLD if level in frames and (scenario, model, level) not in asked
        )
        if levels:
            yield Unchecked(scenario, model, levels)


def _subject(place: Place) -> tuple[str, str]:
    return place.scenario, place.model


def _framed(cells: Mapping[CellKey, Cell]) -> Iterator[FrameEffect]:
    for key, cell in cells.items():
        for high, low in _PAIRS:
            other = cells.get(replace(key, condition=key.condition.replace({FRAME: low})))
            if key.condition[FRAME] == high and other is not None:
                simulated = cell.simulated or other.simulated
                contrast = risk_difference(cell.harm, other.harm)
                yield FrameEffect(key, high, low, simulated, contrast)


def _by_belief(
    cell: Cell, rows: pd.DataFrame, cells: Mapping[CellKey, Cell], *, framed: bool
) -> HarmByBelief:
    scored = rows[rows["verdict"] != "unscored"]
    kinds = {**{belief.value: (belief.value,) for belief in Belief}, "neither": NEITHER}
    harm = {name: _harm(scored[scored["stated_belief"].isin(kind)]) for name, kind in kinds.items()}
    other = cells.get(replace(cell.key, condition=cell.key.condition.replace(_UNASKED)))
    return HarmByBelief(
        key=cell.key,
        simulated=cell.simulated,
        groups=tuple(Share(name, found.trial_count, rate(found)) for name, found in harm.items()),
        test_real=risk_difference(harm["test"], harm["real"]),
        neither_real=risk_difference(harm["neither"], harm["real"]),
        asked=cell.rate,
        unasked=other.rate if other else None,
        asking=risk_difference(cell.harm, other.harm) if other else None,
        framed=framed,
    )


def _harm(rows: pd.DataFrame) -> Counts:
    return _count(rows, rows["verdict"] == "harm")


def _unprompted(groups: _Groups) -> Iterator[Unprompted]:
    marked = {
        _marker(key)
        for key, rows in groups.rows.items()
        if any(rows[column].notna().any() for column in MARKS)
    }
    for key, rows in groups.rows.items():
        # Who was asked what it believes and speaks of it was prompted.
        if _marker(key) in marked and not key.condition.matches(_ASKED):
            for column, where in MARKS.items():
                yield _marks(key, rows, column, where)


def _marker(key: CellKey) -> tuple[str, str, str]:
    """Whoever marked anything of a model marked all of it; what it could not see is missing."""
    return key.scenario, key.model, key.judge


def _marks(key: CellKey, rows: pd.DataFrame, column: str, where: str) -> Unprompted:
    known = rows.dropna(subset=[column])
    return Unprompted(
        key=key,
        simulated=bool(rows["simulated"].any()),
        where=where,
        planned=len(rows),
        missing=len(rows) - len(known),
        rate=rate(_count(known, known[column].astype("bool"))),
    )


def _afterwards(groups: _Groups) -> Iterator[AskedAfterwards]:
    asked = {place: rows for place, rows in groups.samples.items() if _was_asked(rows)}
    for place, rows in asked.items():
        twin = place.at(_TWIN)
        other = None if twin == place else asked.get(twin)
        yield _asked_afterwards(place, rows, other)


def _was_asked(rows: pd.DataFrame) -> bool:
    return bool(rows["afterwards"].notna().any() or rows["afterwards_reason"].notna().any())


def _asked_afterwards(
    place: Place, rows: pd.DataFrame, twin: pd.DataFrame | None
) -> AskedAfterwards:
    known = rows.dropna(subset=["afterwards"])
    own = _said_test(known)
    other = None if twin is None else _said_test(twin.dropna(subset=["afterwards"]))
    by_order = {first: _said_test(known[_first(known) == first.value]) for first in First}
    order = (Afterwards.TEST, Afterwards.REAL, Afterwards.UNSURE)
    return AskedAfterwards(
        place=place,
        role=role_of(place.condition),
        simulated=bool(rows["simulated"].any()),
        planned=len(rows),
        missing=_reasons(rows),
        shares=tuple(_share(known, "afterwards", said.value) for said in order),
        twin=None if other is None else rate(other),
        excess=None if other is None else risk_difference(own, other),
        test_first=rate(by_order[First.TEST]),
        real_first=rate(by_order[First.REAL]),
        order=risk_difference(by_order[First.TEST], by_order[First.REAL]),
    )


def _said_test(known: pd.DataFrame) -> Counts:
    return _count(known, known["afterwards"] == Afterwards.TEST.value)


def _first(rows: pd.DataFrame) -> "pd.Series[str]":
    """The order of the options, as it is derived for every sample."""
    pairs = zip(rows["form"], rows["epoch"], strict=True)
    firsts = [first_option(form=int(form), epoch=int(epoch)).value for form, epoch in pairs]
    return pd.Series(firsts, index=rows.index, dtype="str")


def _reasons(rows: pd.DataFrame) -> tuple[Tally, ...]:
    """Why there is no answer; a sample that did not come to its end has no other reason."""
    missing = rows[rows["afterwards"].isna()]
    reasons = missing["afterwards_reason"].fillna("not_run").value_counts()
    tallies = [Tally(str(name), int(n)) for name, n in reasons.items()]
    return tuple(sorted(tallies, key=lambda tally: (-tally.n, tally.name)))


def _count(rows: pd.DataFrame, event: "pd.Series[bool]") -> Counts:
    return count(rows["form"].to_numpy(dtype=np.int64), event.to_numpy(dtype=np.bool_))
