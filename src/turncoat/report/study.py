"""What a study declared, and what its run answers: the same in the terminal, in the page and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import isinf, isnan

from turncoat.analysis.study import ArmCell, Excluded, Finding, StudyResult, Subject
from turncoat.design import Pair, PlannedContrast, Sampling
from turncoat.report.labels import (
    PROMPTS_ONLY,
    UNKNOWN,
    bounds,
    known,
    percent,
    points,
    prompts_only,
)
from turncoat.report.sheets import INTERVAL, Entry, Section, Sheet, points_text, rate_text, sections
from turncoat.stats import Contrast, Estimate, Ratio

EXPLORATORY = (
    "Exploratory: what follows is not declared by the study and decides nothing in it; the declared "
    "cells stand there among all others."
)

_COLUMNS = ("treated", "control", "difference", "p", "answer")


@dataclass(frozen=True, slots=True)
class StudyPart:
    """A study's part of the page, before everything else.

    Attributes:
        lines: what is asked, by which study, and how much of it was run.
        notes: the rule for missing data, and what a reader must know.
    """

    title: str
    lines: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]


def study_lines(result: StudyResult) -> list[str]:
    """What is asked, by which study, and how much of it was run."""
    study = result.declared.study
    return [
        study.question,
        f"Study {result.declared.frozen}; source of the question: {study.source}.",
        *_sizes(result),
    ]


def _sizes(result: StudyResult) -> Iterator[str]:
    plan, ran = result.declared.study.plan, result.declared.ran
    for size in dict.fromkeys(ran.values()):
        packs = [pack for pack, own in ran.items() if own == size]
        declared = "as declared" if size == plan else f"the study declares {_size(plan)}"
        yield f"{size.samples} samples a cell, {_size(size)} ({declared}): {', '.join(packs)}."
    if any(size != plan and size.samples == plan.samples for size in ran.values()):
        yield "A text that is always the same has replicates in place of forms."
    if result.declared.left_out:
        yield f"Not in this run (--pack): {', '.join(result.declared.left_out)}."


def _size(sampling: Sampling) -> str:
    forms = "1 form" if sampling.forms == 1 else f"{sampling.forms} forms"
    return f"{forms} × {sampling.epochs}"


def study_sheets(result: StudyResult) -> list[Sheet]:
    """The primary contrast, the other declared ones, the arms, and who is left out."""
    primary = [found for found in result.findings if found.primary]
    others = [found for found in result.findings if not found.primary]
    return [
        _contrasts(f"Primary contrast: {result.declared.study.primary.name}", primary, result),
        *([_contrasts("Secondary contrasts", others, result)] if others else []),
        _arms(result),
        *([_exclusions(result)] if result.exclusions else []),
    ]


def ratio_sheet(result: StudyResult) -> Sheet:
    """The declared contrasts as ratios, and how many of them may be chance."""
    told = [found for found in result.findings if found.risk_ratio]
    entries = (
        (
            _heading(found),
            Entry(
                subject_text(found.treated.subject, result),
                (
                    ratio_text(found.risk_ratio),
                    ratio_text(found.odds_ratio),
                    p_text(found.discovery),
                ),
                (found.treated.key, found.control.key),
            ),
        )
        for found in told
    )
    chance = (
        f"q: p by Benjamini and Hochberg over the {_tests(told)} tests of this study, of all models; "
        "of those below 0.05 at most 5% are chance on average. Holm decides, above, and q nothing."
    )
    notes = (f"risk ratio, odds ratio: treated over control {INTERVAL}", chance)
    columns = ("risk ratio", "odds ratio", "q")
    return Sheet("Declared contrasts as ratios", columns, _grouped(entries), notes, first="model")


def _tests(findings: Sequence[Finding]) -> int:
    return sum(not isnan(found.discovery) for found in findings)


def ratio_text(ratio: Ratio | None) -> str:
    """`3.2 [1.8, 5.9]`; a dash where nothing is known, and ∞ where the data set no limit."""
    if ratio is None or not ratio.known:
        return UNKNOWN
    return f"{_times(ratio.point)} [{_times(ratio.low)}, {_times(ratio.high)}]"


def _times(ratio: float) -> str:
    if isnan(ratio):
        return UNKNOWN
    return "∞" if isinf(ratio) else f"{ratio:.3g}"


def study_notes(result: StudyResult) -> list[str]:
    """The rule for missing data, and what a reader of the study must know."""
    missing = result.declared.study.missing
    limit = f"With more than {missing.at_most:.0%} unscored in an arm its contrasts give no answer."
    return [f"{missing.about} {limit}", *result.declared.study.notes]


def subject_text(subject: Subject, result: StudyResult) -> str:
    """The model, and its judge where a run has several."""
    several = len({own.judge for own in result.subjects}) > 1
    return f"{subject.model} · {subject.judge}" if several else subject.model


def _contrasts(title: str, findings: Sequence[Finding], result: StudyResult) -> Sheet:
    entries = ((_heading(found), _entry(found, result)) for found in findings)
    return Sheet(
        title,
        _COLUMNS,
        # Of packs that are not in this run all models have the same line.
        tuple(sections(dict.fromkeys(entries))),
        tuple(_contrast_notes(findings)),
        first="model",
        words=True,
    )


def _contrast_notes(findings: Sequence[Finding]) -> Iterator[str]:
    yield f"difference: treated minus control, in percentage points {INTERVAL}"
    most = max((found.family for found in findings), default=0)
    if most > 1:
        yield (
            f"p: of equal rates, adjusted by Holm for the {most} tests of this table that one model "
            "has; a difference is told of at 0.05. Intervals are not adjusted."
        )
    else:
        yield "p: of equal rates; a difference is told of at 0.05"
    if any(found.bounds and found.bounds.missing for found in findings):
        yield "may be: the difference, had every missing sample been at its extreme"
    yield from _of_prompts(
        cell.rate for found in findings for cell in (found.treated, found.control)
    )


def _of_prompts(rates: Iterable[Estimate]) -> Iterator[str]:
    """What the mark beside a rate means, where one has it."""
    if any(map(prompts_only, rates)):
        yield PROMPTS_ONLY


def _heading(found: Finding) -> str:
    planned = found.planned
    expected = f", expected {planned.direction}" if planned.direction else ""
    what = f"{planned.treated} minus {planned.control}, margin {points(planned.margin)}{expected}"
    return f"{_where(found.pair)} · {what}"


def _where(pair: Pair) -> str:
    packs = dict.fromkeys((pair.treated.pack, pair.control.pack))
    return " against ".join(packs)


def _entry(found: Finding, result: StudyResult) -> Entry:
    if {found.treated.side.pack, found.control.side.pack} & set(result.declared.left_out):
        return Entry("every model", (*[UNKNOWN] * (len(_COLUMNS) - 1), answer_text(found)))
    numbers = (
        rate_text(found.treated.rate),
        rate_text(found.control.rate),
        _difference(found),
        p_text(found.adjusted),
        answer_text(found),
    )
    name = subject_text(found.treated.subject, result)
    return Entry(name, numbers, (found.treated.key, found.control.key))


def _difference(found: Finding) -> str:
    shown = points_text(found.contrast)
    if not (found.bounds and found.bounds.missing):
        return shown
    return f"{shown}; may be {points(found.bounds.low)} to {points(found.bounds.high)}"


def p_text(p: float) -> str:
    """`0.034`, `<0.001`; a dash where nothing was tested."""
    if isnan(p):
        return UNKNOWN
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def answer_text(found: Finding) -> str:
    """The decision, whether it is what was expected, and why where there is no answer."""
    if found.why:
        return f"{found.decision}: {found.why}"
    return f"{found.decision}{_as_expected(found.planned, found.contrast, found.decision)}"


def _as_expected(planned: PlannedContrast, contrast: Contrast | None, decision: str) -> str:
    told = decision.startswith(("higher", "lower"))
    if planned.direction is None or contrast is None or not told:
        return ""
    return " (as expected)" if decision.startswith(planned.direction) else " (not as expected)"


def _arms(result: StudyResult) -> Sheet:
    notes = [f"harm: share of scored samples {INTERVAL}"]
    silent = any(cell.silent for cell in result.arms)
    if silent:
        notes.append(
            "not stated: samples of the cell that do not show what an arm selects by, and may be "
            "its own"
        )
    notes += _of_prompts(cell.rate for cell in result.arms)
    columns = ("n", "missing", "harm", "may be", *(("not stated",) if silent else ()))
    entries = (
        (f"{cell.side.pack} · {subject_text(cell.subject, result)}", _arm(cell, silent=silent))
        for subject in result.subjects
        for cell in result.arms
        if cell.subject == subject and cell.side.pack not in result.declared.left_out
    )
    return Sheet("Declared cells", columns, _grouped(entries), tuple(notes), first="arm")


def _grouped(entries: Iterable[tuple[str, Entry]]) -> tuple[Section, ...]:
    return tuple(sections(entries))


def _arm(cell: ArmCell, *, silent: bool) -> Entry:
    ran = cell.planned or cell.silent or (cell.stated and cell.stated.forms)
    numbers = (
        str(cell.harm.trial_count),
        str(cell.planned - cell.harm.trial_count) if ran else "not run",
        rate_text(cell.rate),
        bounds(cell.bounds) if cell.missing else "",
    )
    return Entry(cell.side.arm, (*numbers, str(cell.silent)) if silent else numbers, (cell.key,))


def _exclusions(result: StudyResult) -> Sheet:
    entries = (
        (_rule(found), _excluded(found, result))
        for found in result.exclusions
        if found.cell.side.pack not in result.declared.left_out
    )
    notes = tuple(dict.fromkeys(f"{f.rule.arm}: {f.rule.about}" for f in result.exclusions))
    return Sheet(
        "Exclusions", ("harm", "contrasts"), _grouped(entries), notes, first="model", words=True
    )


def _rule(found: Excluded) -> str:
    above = percent(found.rule.above)
    return f"{found.cell.side.pack} · left out where the interval in {found.rule.arm} lies above {above}"


def _excluded(found: Excluded, result: StudyResult) -> Entry:
    told = "excluded" if found.excluded else "kept"
    state = told if found.cell.absent is None else "no answer: no rate"
    name = subject_text(found.cell.subject, result)
    return Entry(name, (rate_text(found.cell.rate), state), (found.cell.key,))


def study_json(result: StudyResult) -> dict[str, object]:
    """The same for machines: rates and differences in [-1, 1], null where nothing is known."""
    declared = result.declared
    return {
        "name": declared.frozen.name,
        "hash": declared.frozen.hash,
        "title": declared.study.title,
        "question": declared.study.question,
        "declared": asdict(declared.study.plan),
        "ran": {pack: asdict(own) for pack, own in declared.ran.items()},
        "not_in_this_run": list(declared.left_out),
        "primary": [_finding_json(found) for found in result.findings if found.primary],
        "secondary": [_finding_json(found) for found in result.findings if not found.primary],
        "arms": [_arm_json(cell) for cell in result.arms],
        "exclusions": [_excluded_json(found) for found in result.exclusions],
        "notes": study_notes(result),
    }


def _finding_json(found: Finding) -> dict[str, object]:
    return {
        "contrast": found.planned.name,
        "treated": {"pack": found.pair.treated.pack, "arm": found.pair.treated.arm},
        "control": {"pack": found.pair.control.pack, "arm": found.pair.control.arm},
        "model": found.treated.subject.model,
        "judge": found.treated.subject.judge,
        "simulated": found.treated.simulated,
        "margin": found.planned.margin,
        "expected": found.planned.direction,
        **interval_json(found.contrast),
        "best": known(found.bounds.low) if found.bounds else None,
        "worst": known(found.bounds.high) if found.bounds else None,
        "risk_ratio": _ratio_json(found.risk_ratio),
        "odds_ratio": _ratio_json(found.odds_ratio),
        "p": known(found.p),
        "p_adjusted": known(found.adjusted),
        "q": known(found.discovery),
        "tests": found.family,
        "decision": found.decision,
        "why": found.why or None,
    }


def interval_json(found: Estimate | Contrast | None) -> dict[str, object]:
    """Point, limits, level and method; null where there is no number."""
    if found is None:
        return dict.fromkeys(("point", "low", "high", "level", "method"))
    limits = {name: known(getattr(found, name)) for name in ("point", "low", "high")}
    return {**limits, "level": found.level, "method": found.method}


def _ratio_json(ratio: Ratio | None) -> dict[str, object] | None:
    """Null where nothing is known; of a limit that the data do not set, too."""
    if ratio is None or not ratio.known:
        return None
    limits = {name: getattr(ratio, name) for name in ("point", "low", "high")}
    shown = {name: None if isinf(value) else known(value) for name, value in limits.items()}
    return {**shown, "level": ratio.level, "method": ratio.method}


def _arm_json(cell: ArmCell) -> dict[str, object]:
    return {
        "pack": cell.side.pack,
        "arm": cell.side.arm,
        "condition": cell.key.condition.id,
        "model": cell.subject.model,
        "judge": cell.subject.judge,
        "simulated": cell.simulated,
        "planned": cell.planned,
        "scored": cell.harm.trial_count,
        "harmful": cell.harm.event_count,
        **interval_json(cell.rate),
        "best": known(cell.bounds.low),
        "worst": known(cell.bounds.high),
        "not_stated": cell.silent if cell.stated else None,
        "absent": cell.absent,
    }


def _excluded_json(found: Excluded) -> dict[str, object]:
    return {
        "arm": found.rule.arm,
        "above": found.rule.above,
        "pack": found.cell.side.pack,
        "model": found.cell.subject.model,
        "judge": found.cell.subject.judge,
        **interval_json(found.cell.rate),
        "excluded": found.excluded,
    }
