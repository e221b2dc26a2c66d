"""Logistic models of a run's factors: for the terminal, for machines, and in the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from turncoat.analysis import Analysis, FactorModel, ModelTerm
from turncoat.analysis.models import MOST_TERMS
from turncoat.report.labels import judge_count, known
from turncoat.report.sheets import INTERVAL, Entry, Section, Sheet, points_text
from turncoat.report.study import p_text

MOST_LINES = 40
"""Terms that a terminal shows; of more it tells how many there are."""

_NOTABLE = 0.05
_EFFECT = (
    "effect: harm at the second level minus harm at the first, in points, by a logistic model, on "
    f"average over the samples as they were run {INTERVAL}; of a pair: how much the first effect "
    "changes by the second step"
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """From a factor's reference to a level."""

    factor: str
    from_level: str
    to_level: str


@dataclass(frozen=True, slots=True)
class TermRow:
    """What a level does, or two together, for machines; `q` is over all terms of all models."""

    steps: tuple[StepRow, ...]
    effect: float | None
    low: float | None
    high: float | None
    p: float | None
    q: float | None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model of factors, for machines: as `FactorModel`."""

    scenario: str
    model: str
    judge: str
    simulated: bool
    method: str | None
    n: int
    forms: int | None
    terms: tuple[TermRow, ...]
    tied: dict[str, tuple[str, ...]]
    untold: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    why: str | None


def model_rows(analysis: Analysis) -> list[ModelRow]:
    """The models, with their terms."""
    return [_row(found) for found in analysis.models]


def _row(found: FactorModel) -> ModelRow:
    return ModelRow(
        scenario=found.scenario,
        model=found.model,
        judge=found.judge,
        simulated=found.simulated,
        method=found.method or None,
        n=found.n,
        forms=found.forms,
        terms=tuple(map(_term_row, found.terms)),
        tied={tied.factor: tied.to for tied in found.tied},
        untold=found.untold,
        left_out=found.left_out,
        why=found.why or None,
    )


def _term_row(term: ModelTerm) -> TermRow:
    effect = term.effect
    return TermRow(
        steps=tuple(StepRow(step.factor, step.low, step.high) for step in term.steps),
        effect=known(effect.point),
        low=known(effect.low),
        high=known(effect.high),
        p=known(term.p),
        q=known(term.q),
    )


def model_sheets(analysis: Analysis) -> list[Sheet]:
    """One sheet; none where no model is called for."""
    if not analysis.models:
        return []
    judges = judge_count(analysis)
    return [
        Sheet(
            "Logistic models of factors",
            ("effect", "p", "q"),
            tuple(_section(found, judges=judges) for found in analysis.models),
            tuple(_notes(analysis.models)),
            first="factor",
        )
    ]


def models_in_short(analysis: Analysis) -> str:
    """What stands in place of a table that is too long for a terminal; empty where it is not."""
    terms = [term for found in analysis.models for term in found.terms]
    if len(terms) <= MOST_LINES:
        return ""
    notable = sum(term.q <= _NOTABLE for term in terms)
    return (
        f"Logistic models of factors: {len(analysis.models)} with {len(terms)} terms, {notable} of "
        f"them with a q of at most {_NOTABLE:g}; the page of `turncoat report` and --json hold them."
    )


def _section(found: FactorModel, *, judges: int) -> Section:
    whose = (found.scenario, found.model, *([found.judge] if judges > 1 else []))
    heading = " · ".join((*whose, _size(found)))
    if found.why:
        none = Entry(f"no estimate: {found.why}", ("", "", ""), found.cells)
        return Section(heading, (none,))
    return Section(heading, tuple(_entry(term, found) for term in found.terms))


def _size(found: FactorModel) -> str:
    """`160 samples, 20 forms, Firth`."""
    if found.why:
        return f"{found.n} samples"
    forms = f"{found.forms} forms" if found.forms else "these prompts alone"
    return f"{found.n} samples, {forms}, {found.method.removeprefix('logistic, ')}"


def _entry(term: ModelTerm, found: FactorModel) -> Entry:
    steps = (f"{step.factor}: {step.low} to {step.high}" for step in term.steps)
    numbers = (points_text(term.effect), p_text(term.p), p_text(term.q))
    return Entry(" × ".join(steps), numbers, found.cells)


def _notes(models: Sequence[FactorModel]) -> Iterator[str]:
    yield _EFFECT
    terms = sum(len(found.terms) for found in models)
    yield (
        "p: of no effect, from the interval; q: the same by Benjamini and Hochberg for all terms "
        f"of this table ({terms})"
    )
    yield "exploratory: which models there are follows from the cells that were run"
    told: dict[str, list[str]] = {}
    for found in models:
        for text in _left_out(found):
            scenarios = told.setdefault(text, [])
            scenarios += [found.scenario] if found.scenario not in scenarios else []
    yield from (f"{', '.join(scenarios)}: {text}" for text, scenarios in told.items())


def _left_out(found: FactorModel) -> Iterator[str]:
    for tied in found.tied:
        yield f"{tied.factor} varies with {' and '.join(tied.to)}, and is not in the model"
    if found.untold:
        yield f"the cells cannot tell, and the model takes to be none: {_pairs(found.untold)}"
    if found.left_out:
        why = f"with them the model had more than {MOST_TERMS} terms"
        yield f"taken to be none: {_pairs(found.left_out)}; {why}"


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{a} × {b}" for a, b in pairs)
