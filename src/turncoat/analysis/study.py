"""What a study's run answers: its declared contrasts, arms and exclusions, and nothing beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import isnan, nan
from typing import Literal

import numpy as np
import pandas as pd

from turncoat.analysis.cells import UNSCORED, CellKey, without_members
from turncoat.design import (
    Condition,
    Exclusion,
    Frozen,
    Pair,
    PlannedContrast,
    Sampling,
    Side,
    Study,
)
from turncoat.stats import (
    Bounds,
    Contrast,
    Counts,
    Estimate,
    Ratio,
    benjamini_hochberg,
    count,
    difference_bounds,
    equal_rates_p,
    holm,
    missing_bounds,
    odds_ratio,
    rate,
    risk_difference,
    risk_ratio,
)

SIGNIFICANT = 0.05
"""Largest adjusted p at which two rates are said to differ."""

Decision = Literal[
    "higher by more than the margin",
    "higher",
    "higher, by less than the margin",
    "no difference as large as the margin",
    "lower, by less than the margin",
    "lower",
    "lower by more than the margin",
    "cannot tell",
    "excluded",
    "refused",
]

_HIGHER: tuple[Decision, ...] = (
    "higher by more than the margin",
    "higher",
    "higher, by less than the margin",
)
_LOWER: tuple[Decision, ...] = (
    "lower by more than the margin",
    "lower",
    "lower, by less than the margin",
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A study's run, as it was declared and as it was asked for.

    Attributes:
        study: with all that it declares.
        frozen: its name and hash.
        arms: pack to its arms, each with its condition.
        ran: pack to the forms and replicates a cell that the run asked for.
    """

    study: Study
    frozen: Frozen
    arms: Mapping[str, Mapping[str, Condition]]
    ran: Mapping[str, Sampling]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The study's packs that the run did not ask for."""
        return tuple(pack for pack in self.study.packs if pack not in self.ran)


@dataclass(frozen=True, slots=True)
class Subject:
    """A model, as one judge saw it."""

    model: str
    judge: str


@dataclass(frozen=True, slots=True)
class ArmCell:
    """An arm in a pack, of one subject.

    Attributes:
        key: of the cell; an arm by what is stated is a part of it.
        planned: its observations, scored or not; 0 where the run has none.
        harm: by form, harmful observations among the scored ones.
        silent: of an arm by what is stated, observations of the cell of which that is not known,
            each of which may belong to it.
        bounds: the rate, had every missing outcome, and every silent one, been harmless or harmful.
        stated: of such an arm, its share among those of which it is known, by form; None of others.
        absent: why it has no rate; None where it has one.
    """

    side: Side
    subject: Subject
    key: CellKey
    planned: int
    harm: Counts
    rate: Estimate
    silent: int
    bounds: Bounds
    stated: Counts | None
    simulated: bool
    absent: str | None

    @property
    def missing(self) -> int:
        """Observations that could count and do not: without a verdict, or silent."""
        return self.bounds.missing

    @property
    def unscored(self) -> float:
        """Their share; NaN without an observation."""
        return self.missing / self.bounds.planned if self.bounds.planned else nan


@dataclass(frozen=True, slots=True)
class Excluded:
    """Whether a rule leaves a subject out of the contrasts in a pack.

    Attributes:
        rule: the study's.
        cell: of the rule's arm.
        excluded: whether the whole interval of its rate lies above the rule's; False, too, where
            there is no rate.
    """

    rule: Exclusion
    cell: ArmCell
    excluded: bool

    @property
    def why(self) -> str:
        """The rule, as it applies, or why nobody can tell; empty where the subject is kept."""
        if self.cell.absent:
            return f"whether the model is left out cannot be told: {self.cell.absent}"
        above = f"the rate of harm in arm {self.rule.arm} lies above {100 * self.rule.above:g}%"
        return above if self.excluded else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A declared contrast of one subject.

    Attributes:
        primary: whether it is the study's primary one.
        contrast: treated minus control; None where it is refused.
        bounds: the difference, had the missing outcomes been at their extremes; None likewise.
        risk_ratio: treated over control; None likewise.
        odds_ratio: treated odds over control odds; None likewise.
        p: of equal rates; NaN where it is refused.
        adjusted: the same by Holm, over `family`; NaN where no test is made. It decides.
        discovery: the same by Benjamini and Hochberg over every test of the study, of all subjects;
            NaN likewise. It decides nothing: a share of what lies below 0.05 may be chance.
        family: tests of this subject: over the packs of the primary contrast, or over the packs of
            all secondary ones.
        decision: in words.
        why: what stands behind a decision that gives no answer; empty otherwise.
    """

    planned: PlannedContrast
    primary: bool
    pair: Pair
    treated: ArmCell
    control: ArmCell
    contrast: Contrast | None
    bounds: Bounds | None
    risk_ratio: Ratio | None
    odds_ratio: Ratio | None
    p: float
    adjusted: float
    discovery: float
    family: int
    decision: Decision
    why: str


@dataclass(frozen=True, slots=True)
class StudyResult:
    """What a study's run answers.

    Attributes:
        declared: what it is held to.
        arms: of every pack and subject, in the study's order.
        exclusions: of every rule, pack and subject, applied or not.
        findings: the primary contrast's, then those of the others.
    """

    declared: Declared
    arms: tuple[ArmCell, ...]
    exclusions: tuple[Excluded, ...]
    findings: tuple[Finding, ...]

    def exclusion(self, cell: ArmCell) -> Excluded | None:
        """The rule that allows no answer of a cell's subject in its pack; none of its own cell."""
        return next(
            (
                found
                for found in self.exclusions
                if found.why
                and (found.cell.side.pack, found.cell.subject) == (cell.side.pack, cell.subject)
                and found.cell != cell
            ),
            None,
        )

    def arm(self, side: Side, subject: Subject) -> ArmCell:
        """The arm's cell of a subject.

        Raises:
            KeyError: the study has no such arm, or the run no such subject.
        """
        return {(cell.side, cell.subject): cell for cell in self.arms}[side, subject]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Each once."""
        return tuple(dict.fromkeys(cell.subject for cell in self.arms))


def study_result(declared: Declared, observations: pd.DataFrame) -> StudyResult:
    """Every declared number of a study.

    A panel is one judge. A contrast compares what it declares, and is refused where a side has no
    verdict. Contrasts of a subject that an exclusion leaves out are estimated, and decide nothing.

    Args:
        declared: the study, as the run was bound to it.
        observations: the run's table, one row per sample, epoch and judge.
    """
    told = without_members(observations)
    cells = tuple(_arm_cells(declared, told))
    exclusions = tuple(_exclusions(declared.study, cells))
    findings = tuple(_findings(declared.study, cells, exclusions))
    return StudyResult(declared, cells, exclusions, _with_discovery(findings))


def _arm_cells(declared: Declared, told: pd.DataFrame) -> Iterator[ArmCell]:
    rows = {
        (str(scenario), str(condition), Subject(str(model), str(judge))): held
        for (scenario, condition, model, judge), held in told.groupby(
            ["scenario", "condition", "model", "judge"], sort=False
        )
    }
    subjects = dict.fromkeys(subject for _, _, subject in rows)
    for pack in declared.study.packs:
        for arm, condition in declared.arms[pack].items():
            for subject in subjects:
                held = rows.get((pack, condition.id, subject), told.iloc[:0])
                key = CellKey(pack, subject.model, subject.judge, condition)
                yield _arm_cell(declared.study, Side(pack, arm), key, held)


def _arm_cell(study: Study, side: Side, key: CellKey, held: pd.DataFrame) -> ArmCell:
    stated = study.arm(side.arm).stated
    known = held[held["stated_belief"].notna()] if stated else held
    own = known[known["stated_belief"].isin(stated)] if stated else held
    scored = own[own["verdict"] != UNSCORED]
    harm, silent = _count(scored, scored["verdict"] == "harm"), len(held) - len(known)
    return ArmCell(
        side=side,
        subject=Subject(key.model, key.judge),
        key=key,
        planned=len(own),
        harm=harm,
        rate=rate(harm),
        silent=silent,
        bounds=missing_bounds(harm.event_count, scored=harm.trial_count, planned=len(own) + silent),
        stated=_count(known, known["stated_belief"].isin(stated)) if stated else None,
        simulated=bool(held["simulated"].any()),
        absent=_why_absent(side, held, own, harm),
    )


def _why_absent(side: Side, held: pd.DataFrame, own: pd.DataFrame, harm: Counts) -> str | None:
    if held.empty:
        return f"arm {side.arm} of {side.pack} is not in this run"
    if own.empty:
        return f"no sample states what arm {side.arm} selects"
    if not harm.trial_count:
        return f"none of the {len(own)} samples of arm {side.arm} has a verdict"
    return None


def _count(rows: pd.DataFrame, event: "pd.Series[bool]") -> Counts:
    return count(rows["form"].to_numpy(dtype=np.int64), event.to_numpy(dtype=np.bool_))


def _exclusions(study: Study, cells: Sequence[ArmCell]) -> Iterator[Excluded]:
    for rule in study.exclusions:
        for cell in cells:
            if cell.side.arm == rule.arm:
                yield Excluded(rule, cell, cell.rate.low > rule.above)


def _findings(
    study: Study, cells: Sequence[ArmCell], exclusions: Sequence[Excluded]
) -> Iterator[Finding]:
    by_place = {(cell.side, cell.subject): cell for cell in cells}
    rules = {(found.cell.side.pack, found.cell.subject): found for found in exclusions if found.why}
    subjects = dict.fromkeys(cell.subject for cell in cells)
    for contrasts in ([study.primary], study.secondary):
        tried = [
            _tried(study, contrast, pair, [by_place[side, subject] for side in _sides(pair)], rules)
            for contrast in contrasts
            for pair in study.pairs(contrast)
            for subject in subjects
        ]
        yield from _decided(tried)


def _sides(pair: Pair) -> tuple[Side, Side]:
    return pair.treated, pair.control


def _tried(
    study: Study,
    contrast: PlannedContrast,
    pair: Pair,
    cells: Sequence[ArmCell],
    ruled: Mapping[tuple[str, Subject], Excluded],
) -> Finding:
    """A contrast before it is adjusted for the others."""
    treated, control = cells
    blank = Finding(
        planned=contrast,
        primary=contrast is study.primary,
        pair=pair,
        treated=treated,
        control=control,
        contrast=None,
        bounds=None,
        risk_ratio=None,
        odds_ratio=None,
        p=nan,
        adjusted=nan,
        discovery=nan,
        family=0,
        decision="refused",
        why=control.absent or treated.absent or "",
    )
    if blank.why:
        return blank
    own, other = treated.harm, _unmatched(control.harm) if _apart(pair) else control.harm
    found = replace(
        blank,
        contrast=risk_difference(own, other),
        bounds=difference_bounds(treated.bounds, control.bounds),
        risk_ratio=risk_ratio(own, other),
        odds_ratio=odds_ratio(own, other),
        p=equal_rates_p(own, other).p,
        decision="cannot tell",
    )
    rules = [ruled.get((cell.side.pack, cell.subject)) for cell in cells]
    for rule in filter(None, rules):
        decision: Decision = "excluded" if rule.excluded else "cannot tell"
        return replace(found, decision=decision, why=rule.why)
    return replace(found, why=too_much_missing(study, cells))


def _apart(pair: Pair) -> bool:
    return pair.treated.pack != pair.control.pack


def _unmatched(counts: Counts) -> Counts:
    """The same in forms of other numbers: form 1 of a pack is not form 1 of another."""
    return Counts(tuple(-form for form in counts.forms), counts.events, counts.trials)


def too_much_missing(study: Study, cells: Sequence[ArmCell]) -> str:
    """Why so many missing samples allow no answer; empty where they do.

    Args:
        study: whose rule it is.
        cells: the arms of a contrast, or the one beside a published number.
    """
    worst = max(cells, key=lambda cell: cell.unscored)
    most, limit = worst.unscored, study.missing.at_most
    if not most > limit:
        return ""
    lacking = f"{most:.0%} of arm {worst.side.arm} is unscored"
    if worst.silent:
        lacking += ", or does not show what the arm selects by"
    return f"{lacking}; {limit:.0%} is the limit"


def _decided(tried: Sequence[Finding]) -> Iterator[Finding]:
    """Adjusted for the tests of the same subject, in the order given."""
    adjusted: dict[int, Finding] = {}
    places = sorted(range(len(tried)), key=lambda place: _subject_of(tried[place]))
    for _, held in groupby(places, key=lambda place: _subject_of(tried[place])):
        asked = [place for place in held if tried[place].decision != "excluded"]
        ps = holm([tried[place].p for place in asked])
        for place, p in zip(asked, ps, strict=True):
            found = replace(tried[place], adjusted=p, family=len(asked))
            adjusted[place] = replace(found, decision=_decision(found))
    yield from (adjusted.get(place, found) for place, found in enumerate(tried))


def _with_discovery(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    tested = [found.p if found.family else nan for found in findings]
    shares = benjamini_hochberg([p for p in tested if not isnan(p)])
    by_place = dict(zip((i for i, p in enumerate(tested) if not isnan(p)), shares, strict=True))
    return tuple(
        replace(found, discovery=by_place.get(place, nan)) for place, found in enumerate(findings)
    )


def _subject_of(found: Finding) -> tuple[str, str]:
    return found.treated.subject.model, found.treated.subject.judge


def _decision(found: Finding) -> Decision:
    """From the interval that is shown, and the adjusted p."""
    contrast, margin = found.contrast, found.planned.margin
    if contrast is None or isnan(found.adjusted):
        return "refused"
    if found.why:
        return "cannot tell"
    within = -margin < contrast.low and contrast.high < margin
    if found.adjusted > SIGNIFICANT:
        return "no difference as large as the margin" if within else "cannot tell"
    size = 2 if within else 0 if max(contrast.low, -contrast.high) > margin else 1
    return (_HIGHER if contrast.point > 0 else _LOWER)[size]
