"""Logistic models of a run's factors, where neither a difference nor a main effect answers for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, groupby, product
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import null_space

from turncoat.analysis.cells import UNSCORED, Cell, CellKey
from turncoat.analysis.effects import FactorEffect
from turncoat.design import CONTROLS, FACTORS, Condition, TwoLevels
from turncoat.stats import (
    Contrast,
    Factor,
    Factored,
    Logistic,
    NotEstimable,
    benjamini_hochberg,
    logistic,
)

_ZERO = 1e-9
"""Below it a component of a unit vector is 0 but for rounding."""

MOST_TERMS = 64
"""Of a model with interactions: with the number of its terms its cost grows by the third power, and
nobody reads so many."""


@dataclass(frozen=True, slots=True)
class ModelTerm:
    """What a level does, or what two levels do together.

    Attributes:
        steps: from a factor's reference to the level; two of them for an interaction.
        effect: the marginal effect, in [-1, 1], or the difference of two such, in [-2, 2].
        p: of no effect, from the interval.
        q: the same adjusted by Benjamini-Hochberg over all terms of all models of the run.
    """

    steps: tuple[TwoLevels, ...]
    effect: Contrast
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Tied:
    """A factor that is not in the model, and those of the model with which it varies."""

    factor: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactorModel:
    """Harm by the factors of one scenario, on one model, by one judge.

    Attributes:
        cells: that it is of.
        terms: levels, then interactions; empty where nothing can be estimated.
        tied: factors that vary and are left out, because the planned cells cannot tell them.
        untold: pairs of its factors whose interaction the planned cells cannot tell: the model
            takes it to be none.
        left_out: pairs that they can tell, left out because of more than `MOST_TERMS` terms.
        n: scored samples.
        forms: that the intervals generalize over; None with too few of them, or without a model.
        method: how it was fitted; empty without a model.
        why: why there is no model; empty where there is one.
    """

    scenario: str
    model: str
    judge: str
    simulated: bool
    cells: tuple[CellKey, ...]
    terms: tuple[ModelTerm, ...]
    tied: tuple[Tied, ...]
    untold: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    n: int
    forms: int | None
    method: str
    why: str


def factor_models(
    observations: pd.DataFrame, cells: Sequence[Cell], effects: Sequence[FactorEffect]
) -> tuple[FactorModel, ...]:
    """A model for every scenario, model and judge whose cells hold what nothing else answers.

    There is none where the main effects tell every factor and the cells no interaction, nor where
    the cells are one treated condition with its own controls: its differences say the same without
    a model. Controls that complete a selection count where they tell more than they hide: as in
    the main effects, they are otherwise no part of the design.

    Args:
        observations: one row per sample, epoch and judge; members of panels left out.
        cells: of the same, by scenario, model and judge.
        effects: of the same.
    """
    rows = {
        tuple(map(str, whose)): held
        for whose, held in observations.groupby(["scenario", "model", "judge"])
    }
    found = [
        _model(rows[whose], design)
        for whose, own in groupby(cells, lambda cell: _whose(cell.key))
        if (design := _design_of(list(own))) and _adds(design, whose, effects)
    ]
    return _adjusted(found)


def _whose(key: CellKey) -> tuple[str, str, str]:
    return key.scenario, key.model, key.judge


def _adds(design: "_Design", whose: tuple[str, ...], effects: Sequence[FactorEffect]) -> bool:
    """Whether the model holds what the main effects do not."""
    answered = {
        found.factor
        for found in effects
        if found.effect and (found.scenario, found.model, found.judge) == whose
    }
    return bool(design.pairs) or any(held.name not in answered for held in design.factors)


def _adjusted(models: Sequence[FactorModel]) -> tuple[FactorModel, ...]:
    qs = iter(benjamini_hochberg([term.p for held in models for term in held.terms]))
    return tuple(
        replace(held, terms=tuple(replace(term, q=next(qs)) for term in held.terms))
        for held in models
    )


# --- what the planned cells can tell -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Varied:
    """A factor with the levels that the cells have of it, the reference first."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Design:
    """What a model of these conditions can hold."""

    conditions: tuple[Condition, ...]
    factors: tuple[_Varied, ...]
    pairs: tuple[tuple[_Varied, _Varied], ...]
    tied: tuple[Tied, ...]
    untold: tuple[tuple[_Varied, _Varied], ...]
    left_out: tuple[tuple[_Varied, _Varied], ...]

    def steps(self) -> list[tuple[TwoLevels, ...]]:
        """The model's terms, in the order of `logistic`."""
        single = {held.name: _steps(held) for held in self.factors}
        pairs = [product(single[a.name], single[b.name]) for a, b in self.pairs]
        return [
            *((step,) for steps in single.values() for step in steps),
            *(pair for steps in pairs for pair in steps),
        ]


def _steps(held: _Varied) -> list[TwoLevels]:
    reference, *others = held.levels
    return [TwoLevels(held.name, reference, level) for level in others]


def _design_of(cells: Sequence[Cell]) -> _Design | None:
    """The design that tells most; of two that tell as much the one with fewer controls."""
    if _is_one_with_controls([cell.key.condition for cell in cells]):
        return None
    designs = [
        _design(tuple(cell.key.condition for cell in cells if cell.role not in without))
        for without in ({c.name for c in CONTROLS}, {CONTROLS[0].name}, set[str]())
    ]
    best = max(designs, key=lambda design: len(design.steps()))
    return best if best.factors else None


def _is_one_with_controls(conditions: Sequence[Condition]) -> bool:
    own = ({one, *(control.of(one) for control in CONTROLS)} for one in conditions)
    return any(set(conditions) <= around for around in own)


@lru_cache(maxsize=8)  # the subjects of a run share their conditions
def _design(conditions: tuple[Condition, ...]) -> _Design:
    """Factors in order, each kept where the cells tell it from those before."""
    kept: list[_Varied] = []
    tied: list[Tied] = []
    for held in _varied(conditions):
        if _told([*kept, held], conditions):
            kept.append(held)
        else:
            tied.append(Tied(held.name, _tied_to(held, kept, conditions)))
    told = _told_pairs(kept, conditions)
    untold = tuple(pair for pair in combinations(kept, 2) if pair not in told)
    whole = _Design(conditions, tuple(kept), told, tuple(tied), untold, ())
    return whole if len(whole.steps()) <= MOST_TERMS else replace(whole, pairs=(), left_out=told)


def _varied(conditions: Sequence[Condition]) -> Iterator[_Varied]:
    for factor in FACTORS:
        present = {condition[factor.name] for condition in conditions}
        if len(present) > 1:
            # The control level is the reference; without it the first level is.
            order = sorted(factor.levels, key=lambda level: level != factor.control)
            yield _Varied(factor.name, tuple(level for level in order if level in present))


def _told(factors: Sequence[_Varied], conditions: Sequence[Condition]) -> bool:
    """Whether the columns of these factors are independent of one another."""
    columns = np.hstack([_intercept(conditions), *(_columns(f, conditions) for f in factors)])
    return bool(np.linalg.matrix_rank(columns) == columns.shape[1])


def _tied_to(
    held: _Varied, kept: Sequence[_Varied], conditions: Sequence[Condition]
) -> tuple[str, ...]:
    """The fewest of the kept factors from which the cells cannot tell it, earlier ones first."""
    to = list(kept)
    for one in reversed(kept):
        fewer = [other for other in to if other is not one]
        if not _told([*fewer, held], conditions):
            to = fewer
    return tuple(other.name for other in to)


def _told_pairs(
    kept: Sequence[_Varied], conditions: Sequence[Condition]
) -> tuple[tuple[_Varied, _Varied], ...]:
    """Pairs whose coefficients are the same in all models of all pairs that fit the cells alike."""
    columns = {held: _columns(held, conditions) for held in kept}
    pairs = list(combinations(kept, 2))
    blocks = [_products(columns[a], columns[b]) for a, b in pairs]
    free = null_space(np.hstack([_intercept(conditions), *columns.values(), *blocks]))
    last = np.cumsum([1, *(block.shape[1] for block in (*columns.values(), *blocks))])
    starts = last[len(columns) : -1]
    return tuple(
        pair
        for pair, start, block in zip(pairs, starts, blocks, strict=True)
        if not (np.abs(free[start : start + block.shape[1]]) > _ZERO).any()
    )


def _intercept(conditions: Sequence[Condition]) -> NDArray[np.float64]:
    return np.ones((len(conditions), 1))


def _columns(held: _Varied, conditions: Sequence[Condition]) -> NDArray[np.float64]:
    """1 where a condition has the level, shape (conditions, levels - 1)."""
    own = np.array([condition[held.name] for condition in conditions])
    return np.asarray(own[:, None] == np.array(held.levels[1:]), dtype=np.float64)


def _products(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    each: NDArray[np.float64] = np.einsum("ni,nj->nij", a, b)
    return each.reshape(len(a), -1)


# --- the fit -------------------------------------------------------------------------------------


def _model(rows: pd.DataFrame, design: _Design) -> FactorModel:
    scenario, model, judge = map(str, rows.iloc[0][["scenario", "model", "judge"]])
    own = rows[rows["condition"].isin([condition.id for condition in design.conditions])]
    scored = own[own["verdict"] != UNSCORED]
    blank = FactorModel(
        scenario=scenario,
        model=model,
        judge=judge,
        simulated=bool(own["simulated"].any()),
        cells=tuple(CellKey(scenario, model, judge, at) for at in design.conditions),
        terms=(),
        tied=design.tied,
        untold=_names(design.untold),
        left_out=_names(design.left_out),
        n=len(scored),
        forms=None,
        method="",
        why=_why_none(scored, terms=len(design.steps())),
    )
    return blank if blank.why else _fitted(blank, scored, design)


def _names(pairs: Sequence[tuple[_Varied, _Varied]]) -> tuple[tuple[str, str], ...]:
    return tuple((a.name, b.name) for a, b in pairs)


def _why_none(scored: pd.DataFrame, *, terms: int) -> str:
    n, harmful = len(scored), int((scored["verdict"] == "harm").sum())
    if not n:
        return "nothing was scored"
    if harmful in {0, n}:
        return f"{'every one' if harmful else 'none'} of the {n} scored samples shows harm"
    if n <= terms + 1:
        return f"{n} scored samples are too few for {terms} terms"
    return ""


def _fitted(blank: FactorModel, scored: pd.DataFrame, design: _Design) -> FactorModel:
    pairs = _names(design.pairs)
    try:
        found = logistic(_trials(scored, design), interactions=pairs)
    except NotEstimable as error:
        return replace(blank, why=_why_not(error, scored, design))
    return replace(blank, terms=_terms(found, design), forms=found.clusters, method=found.method)


def _why_not(error: NotEstimable, scored: pd.DataFrame, design: _Design) -> str:
    present, planned = scored["condition"].nunique(), len(design.conditions)
    if present < planned:
        return f"{present} of {planned} conditions have a verdict, too few to tell the terms apart"
    return str(error)


def _terms(found: Logistic, design: _Design) -> tuple[ModelTerm, ...]:
    return tuple(
        ModelTerm(steps, marginal.contrast, marginal.p, nan)
        for steps, marginal in zip(design.steps(), found.marginals, strict=True)
    )


def _trials(rows: pd.DataFrame, design: _Design) -> Factored:
    return Factored(
        tuple(Factor(held.name, held.levels, _codes(rows, held)) for held in design.factors),
        (rows["verdict"] == "harm").to_numpy(dtype=np.bool_),
        rows["form"].to_numpy(dtype=np.int64),
    )


def _codes(rows: pd.DataFrame, held: _Varied) -> NDArray[np.int64]:
    places: Mapping[str, int] = {level: place for place, level in enumerate(held.levels)}
    return np.asarray(rows[held.name].map(places), dtype=np.int64)
