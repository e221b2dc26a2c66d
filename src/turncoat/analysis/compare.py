"""Two runs, cell by cell: what one shows minus what the other does, paired by form where it can be."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

from turncoat.analysis.cells import Cell, Tally
from turncoat.design import FACTORS
from turncoat.results.foreign import (
    NOT_READ,
    NOT_RUN,
    ScoredLogs,
    ScoredSample,
    TaskKey,
    truth,
)
from turncoat.stats import (
    MIN_FORMS,
    Bounds,
    Contrast,
    Counts,
    Estimate,
    PValue,
    difference_bounds,
    equal_rates_p,
    holm,
    mcnemar,
    missing_bounds,
    paired,
    rate,
    risk_difference,
)
from turncoat.stats.contrasts import MATCHED

NO_SCORE = "no score"
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell is a cell of.

    Attributes:
        scenario: or the task, in logs that are not ours.
        condition: its id, or the arguments of the task.
        model: requested name of the subject.
        judge: identity of the judge, or name of the score.
    """

    scenario: str
    condition: str
    model: str
    judge: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A cell of one run.

    Attributes:
        counts: harm, or the score 1, by form or sample id, among what was scored.
        planned: observations that were to be there.
        missing: why observations have no score.
        packs: hashes of the pack that its subjects were given; none in logs that are not ours.
        cell: the cell itself; None in logs that are read as any.
        title: what sets such a cell apart, for people; empty where nothing does.
    """

    place: Place
    counts: Counts
    planned: int
    missing: tuple[Tally, ...]
    simulated: bool
    packs: frozenset[str] = frozenset()
    cell: Cell | None = None
    title: str = ""

    @property
    def bounds(self) -> Bounds:
        """Its rate, had every missing observation been at an extreme."""
        scored = self.counts.trial_count
        return missing_bounds(self.counts.event_count, scored=scored, planned=self.planned)


@dataclass(frozen=True, slots=True)
class Across:
    """The one thing in which all cells of the runs differ.

    Attributes:
        name: `model`, `judge`, `arguments`, or a factor.
        before, after: its value in each run.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Units:
    """Forms, or sample ids, that both runs scored.

    Attributes:
        shared: how many.
        rose, fell: those whose rate is higher in the later run, or lower.
        left_out: scored observations of both runs that are in no pair; 0 where nothing is paired,
            since then all are used.
    """

    shared: int
    rose: int
    fell: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A cell of both runs.

    Attributes:
        before_rate, after_rate: of the observations that are compared.
        contrast: after minus before.
        p: of no difference; NaN where a run has nothing scored.
        adjusted: by Holm, over all pairs.
        bounds: the difference, had every missing observation of both been at its extreme.
        other_pack: whether the subjects were given different packs, and the user asked for it.
    """

    before: Measured
    after: Measured
    before_rate: Estimate
    after_rate: Estimate
    contrast: Contrast
    p: PValue
    adjusted: float
    bounds: Bounds
    units: Units
    other_pack: bool

    @property
    def matched(self) -> bool:
        """Whether it is paired by form, or by sample id."""
        return self.contrast.clusters is not None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A cell that is not compared, and why not."""

    cell: Measured
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that two runs say of each other.

    Attributes:
        across: in what all cells differ; None where they are matched by everything.
        pairs: in the order of the later run.
        before_only, after_only: cells without a partner.
        refused: cells of scenarios whose pack is another one.
    """

    across: Across | None
    pairs: tuple[Pair, ...]
    before_only: tuple[Unmatched, ...]
    after_only: tuple[Unmatched, ...]
    refused: tuple[Unmatched, ...]


class NoCommonCell(ValueError):
    """The runs cannot be compared.

    Attributes:
        got: what stands in the way.
        then: what to do.
    """

    def __init__(self, got: str, then: str) -> None:
        super().__init__(f"{got}; {then}")
        self.got = got
        self.then = then


class OtherPacks(ValueError):
    """In every scenario that both runs hold, the subjects were given different packs.

    Attributes:
        differences: one line a scenario.
    """

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__("; ".join(differences))
        self.differences = tuple(differences)


def measured(cells: Sequence[Cell], packs: Mapping[str, frozenset[str]]) -> tuple[Measured, ...]:
    """The cells of a run of ours.

    Args:
        cells: of its analysis.
        packs: scenario to the hashes of the packs in its logs.
    """
    return tuple(
        Measured(
            place=_place(cell),
            counts=cell.harm,
            planned=cell.planned,
            missing=cell.missing,
            simulated=cell.simulated,
            packs=packs.get(cell.key.scenario, frozenset()),
            cell=cell,
        )
        for cell in cells
    )


def measured_scores(
    logs: Sequence[ScoredLogs], scorer: str
) -> tuple[tuple[Measured, ...], tuple[Measured, ...]]:
    """The cells of two sides of any Inspect logs: a task with its arguments, on one model.

    Samples are matched by their ids, over both sides.

    Args:
        logs: before and after.
        scorer: name of a binary score.
    """
    ids = sorted({sample.id for side in logs for sample in side.samples})
    units = {name: number for number, name in enumerate(ids, start=1)}
    before, after = (tuple(_scored_cells(side, scorer, units)) for side in logs)
    return before, after


def compare(
    before: Sequence[Measured], after: Sequence[Measured], *, across_packs: bool = False
) -> Compared:
    """Match cells, and compare those that match.

    Cells are matched by scenario, condition, model and judge. Where no cell can be, since the runs
    differ throughout in exactly one of model, judge, one factor or the task's arguments, they are
    matched by the others; where they differ in more, nobody could say what a difference is due to.

    Args:
        before: cells of the run that is compared with.
        after: cells of the other.
        across_packs: compare also where the pack's hash is another one.

    Raises:
        NoCommonCell: nothing matches.
        OtherPacks: what matches was given other packs, and that was not asked for.
    """
    across = _across(before, after)
    theirs = {_matching(cell, across): cell for cell in before}
    ours = {_matching(cell, across): cell for cell in after}
    both = [key for key in ours if key in theirs]
    if not both:
        raise _nothing_common(before, after)
    same = {key for key in both if across_packs or not _other_pack(theirs[key], ours[key])}
    if not same:
        raise OtherPacks(list(dict.fromkeys(_packs(theirs[k], ours[k]) for k in both)))
    return Compared(
        across=across,
        pairs=_adjusted([_pair(theirs[key], ours[key]) for key in both if key in same]),
        before_only=tuple(Unmatched(c, _why(k, ours)) for k, c in theirs.items() if k not in ours),
        after_only=tuple(Unmatched(c, _why(k, theirs)) for k, c in ours.items() if k not in theirs),
        refused=tuple(
            Unmatched(ours[k], _packs(theirs[k], ours[k])) for k in both if k not in same
        ),
    )


def _place(cell: Cell) -> Place:
    key = cell.key
    return Place(key.scenario, key.condition.id, key.model, key.judge)


def _scored_cells(side: ScoredLogs, scorer: str, units: Mapping[str, int]) -> Iterator[Measured]:
    held: dict[TaskKey, list[ScoredSample]] = {}
    for sample in side.samples:
        held.setdefault(sample.key, []).append(sample)
    for key, samples in held.items():
        values = [(units[s.id], truth(s.scores.get(scorer))) for s in samples]
        yield Measured(
            place=Place(key.task, key.arguments, key.model, scorer),
            counts=_counts([(unit, value) for unit, value in values if value is not None]),
            planned=len(values),
            missing=tuple(_missing(samples, scorer)),
            simulated=side.simulated,
            packs=frozenset(sample.pack for sample in samples if sample.pack),
            title=key.title,
        )


def _missing(samples: Sequence[ScoredSample], scorer: str) -> Iterator[Tally]:
    lost = [s for s in samples if truth(s.scores.get(scorer)) is None]
    named = Counter(_why_missing(sample) for sample in lost)
    yield from (
        Tally(name, named[name]) for name in (ERROR, NOT_RUN, NOT_READ, NO_SCORE) if named[name]
    )


def _why_missing(sample: ScoredSample) -> str:
    if sample.error is None:
        return NO_SCORE
    return sample.error if sample.error in (NOT_RUN, NOT_READ) else ERROR


def _counts(values: Sequence[tuple[int, bool]]) -> Counts:
    trials: dict[int, list[bool]] = {}
    for unit, value in sorted(values):
        trials.setdefault(unit, []).append(value)
    return Counts(tuple(trials), tuple(map(sum, trials.values())), tuple(map(len, trials.values())))


_ATTRIBUTES = ("model", "judge", "condition")


def _across(before: Sequence[Measured], after: Sequence[Measured]) -> Across | None:
    """The one attribute of which the runs have no value in common, and one value each."""
    apart = [name for name in _ATTRIBUTES if not _values(before, name) & _values(after, name)]
    if not apart:
        return None
    if len(apart) > 1:
        raise _too_much(before, after, apart)
    [name] = apart
    if name == "condition":
        return _across_conditions(before, after)
    return _single(name, _values(before, name), _values(after, name))


def _single(name: str, before: set[str], after: set[str]) -> Across:
    if len(before) > 1 or len(after) > 1:
        raise NoCommonCell(
            f"no {name} in common: {_listed(before)} and {_listed(after)}",
            f"compare runs with one {name} each, or with a {name} in common",
        )
    return Across(name, *before, *after)


def _across_conditions(before: Sequence[Measured], after: Sequence[Measured]) -> Across:
    if any(cell.cell is None for cell in (*before, *after)):
        return _single("arguments", _values(before, "condition"), _values(after, "condition"))
    apart = _factors_apart(before, after)
    if len(apart) != 1:
        told = ", ".join(apart) if apart else "several factors in their combinations"
        raise NoCommonCell(
            f"no condition in common: the runs differ in {told}",
            "run a condition of the one in the other, or change one factor at a time",
        )
    [(name, held)] = apart.items()
    return _single(name, *held)


def _values(cells: Sequence[Measured], name: str) -> set[str]:
    return {str(getattr(cell.place, name)) for cell in cells}


def _levels(cells: Sequence[Measured], factor: str) -> set[str]:
    return {cell.cell.key.condition[factor] for cell in cells if cell.cell}


def _listed(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "none"


def _matching(cell: Measured, across: Across | None) -> Place:
    """A cell's place, without what all cells differ in."""
    if across is None:
        return cell.place
    if across.name in ("model", "judge"):
        return replace(cell.place, **{across.name: ""})
    if across.name == "arguments" or cell.cell is None:
        return replace(cell.place, condition="")
    levels = {**cell.cell.key.condition.levels, across.name: ""}
    return replace(cell.place, condition=str(levels))


def _too_much(
    before: Sequence[Measured], after: Sequence[Measured], apart: Sequence[str]
) -> NoCommonCell:
    told = "; ".join(_apart(before, after, name) for name in apart)
    then = (
        "turncoat rejudge has the answers of one run judged by the judge of the other"
        if "judge" in apart
        else "change one thing at a time"
    )
    return NoCommonCell(f"the runs differ in more than one thing at once: {told}", then)


def _apart(before: Sequence[Measured], after: Sequence[Measured], name: str) -> str:
    """What each side has of an attribute; of conditions the factors that differ throughout."""
    if name == "condition" and all(cell.cell for cell in (*before, *after)):
        return f"conditions, in {', '.join(_factors_apart(before, after)) or 'combinations'}"
    return f"{name} {_listed(_values(before, name))} and {_listed(_values(after, name))}"


def _factors_apart(
    before: Sequence[Measured], after: Sequence[Measured]
) -> dict[str, tuple[set[str], set[str]]]:
    """Factors of which the sides have no level in common, with the levels of each."""
    levels = {f.name: (_levels(before, f.name), _levels(after, f.name)) for f in FACTORS}
    return {name: held for name, held in levels.items() if not held[0] & held[1]}


def _nothing_common(before: Sequence[Measured], after: Sequence[Measured]) -> NoCommonCell:
    scenarios = _values(before, "scenario"), _values(after, "scenario")
    if not scenarios[0] & scenarios[1]:
        got = f"no scenario or task in common: {_listed(scenarios[0])} and {_listed(scenarios[1])}"
    else:
        got = "no cell of one scenario, condition, model and judge is in both"
    return NoCommonCell(got, "compare runs that share a cell; `turncoat results RUN` lists them")


def _why(place: Place, others: Iterable[Place]) -> str:
    """The first thing that the other run lacks of it."""
    held = tuple(others)
    for name in ("scenario", "model", "judge", "condition"):
        if getattr(place, name) not in {getattr(other, name) for other in held}:
            return f"no such {name} in the other run"
    return "not in this combination in the other run"


def _other_pack(before: Measured, after: Measured) -> bool:
    """Where a run names no pack, none of its samples ran, or it is not ours: nothing is known."""
    return bool(before.packs and after.packs) and before.packs != after.packs


def _packs(before: Measured, after: Measured) -> str:
    was, now = (
        " and ".join(sorted(one[:12] for one in cell.packs)) or "unknown"
        for cell in (before, after)
    )
    return f"{after.place.scenario}: pack {was} and pack {now}"


def _pair(before: Measured, after: Measured) -> Pair:
    shared = _shared(before.counts, after.counts)
    was, now = before.counts, after.counts
    if shared:
        was, now = was.among(shared), now.among(shared)
    return Pair(
        before=before,
        after=after,
        before_rate=rate(was),
        after_rate=rate(now),
        contrast=paired(now, was) if shared else risk_difference(now, was),
        p=_p(now, was, paired=bool(shared)),
        adjusted=nan,
        bounds=difference_bounds(after.bounds, before.bounds),
        units=_units(before.counts, after.counts, paired=bool(shared)),
        other_pack=_other_pack(before, after),
    )


def _p(now: Counts, was: Counts, *, paired: bool) -> PValue:
    single = max((*now.trials, *was.trials), default=0) == 1
    return mcnemar(now, was) if paired and single else equal_rates_p(now, was)


def _shared(before: Counts, after: Counts) -> tuple[int, ...]:
    """The forms by which two cells are paired; none where they are compared as independent."""
    shared = tuple(sorted(set(before.forms) & set(after.forms)))
    enough = len(shared) >= MIN_FORMS and all(
        counts.among(shared).trial_count >= MATCHED * counts.trial_count
        for counts in (before, after)
    )
    return shared if enough else ()


def _units(before: Counts, after: Counts, *, paired: bool) -> Units:
    shared = sorted(set(before.forms) & set(after.forms))
    was, now = before.among(shared), after.among(shared)
    # Crosswise, so that no rounding makes a difference.
    signs = [
        e * m - f * n
        for e, n, f, m in zip(now.events, now.trials, was.events, was.trials, strict=True)
    ]
    every = before.trial_count + after.trial_count
    used = was.trial_count + now.trial_count
    return Units(
        shared=len(shared),
        rose=sum(sign > 0 for sign in signs),
        fell=sum(sign < 0 for sign in signs),
        left_out=every - used if paired else 0,
    )


def _adjusted(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    adjusted = holm([pair.p.p for pair in pairs])
    return tuple(replace(pair, adjusted=p) for pair, p in zip(pairs, adjusted, strict=True))
