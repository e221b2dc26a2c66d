"""Main effects of the factors that a run varies, where its cells can tell them apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from turncoat.design import FACTORS, factor_named
from turncoat.stats import Contrast, NotEstimable, Trials, main_effects

_LEAST_FACTORS = 2


@dataclass(frozen=True, slots=True)
class FactorEffect:
    """One factor's main effect on harm in one scenario, on one model, by one judge.

    Attributes:
        low, high: the two levels that the run has of the factor; the control level is the low one.
        effect: rate at `high` minus rate at `low`.
        aliases: pairs of other factors whose interaction the cells cannot tell from it.
    """

    scenario: str
    model: str
    judge: str
    simulated: bool
    factor: str
    low: str
    high: str
    effect: Contrast
    aliases: tuple[tuple[str, str], ...]


def factor_effects(observations: pd.DataFrame) -> Iterator[FactorEffect]:
    """Effects of every scenario, model and judge whose cells vary two factors or more.

    A factor counts with exactly two levels. Where factors always vary together, or a factor has
    more levels, the effects cannot be told apart and there are none.
    """
    for _, rows in observations.groupby(["scenario", "model", "judge"], sort=True):
        scored = rows[rows["verdict"] != "unscored"]
        varied = _varied(rows)
        if len(varied) >= _LEAST_FACTORS and len(scored):
            yield from _effects(scored, varied)


@dataclass(frozen=True, slots=True)
class _Varied:
    factor: str
    low: str
    high: str


def _varied(rows: pd.DataFrame) -> tuple[_Varied, ...]:
    """The factors with two levels; none at all where some factor has more."""
    levels = {f.name: [v for v in f.levels if (rows[f.name] == v).any()] for f in FACTORS}
    if any(len(found) > 2 for found in levels.values()):
        return ()
    return tuple(_ordered(name, *found) for name, found in levels.items() if len(found) == 2)


def _ordered(name: str, first: str, second: str) -> _Varied:
    if second == factor_named(name).control:
        return _Varied(name, second, first)
    return _Varied(name, first, second)


def _effects(scored: pd.DataFrame, varied: Sequence[_Varied]) -> Iterator[FactorEffect]:
    highs = np.column_stack([scored[v.factor] == v.high for v in varied])
    signs = np.where(highs, 1, -1).astype(np.int64)
    trials = Trials(
        names=tuple(v.factor for v in varied),
        signs=signs,
        events=(scored["verdict"] == "harm").to_numpy(dtype=np.bool_),
        forms=scored["form"].to_numpy(dtype=np.int64),
    )
    try:
        effects = main_effects(trials)
    except NotEstimable:
        return
    first = scored.iloc[0]
    for place, (v, effect) in enumerate(zip(varied, effects, strict=True)):
        yield FactorEffect(
            scenario=str(first["scenario"]),
            model=str(first["model"]),
            judge=str(first["judge"]),
            simulated=bool(scored["simulated"].any()),
            factor=v.factor,
            low=v.low,
            high=v.high,
            effect=effect,
            aliases=tuple(_aliases(trials, place)),
        )


def _aliases(trials: Trials, place: int) -> Iterator[tuple[str, str]]:
    """Pairs whose product is this factor's column, up to its sign, in all trials."""
    others = [i for i in range(len(trials.names)) if i != place]
    own = trials.signs[:, place]
    for i, j in combinations(others, 2):
        product = trials.signs[:, i] * trials.signs[:, j] * own
        if abs(int(product.sum())) == len(product):
            yield trials.names[i], trials.names[j]
