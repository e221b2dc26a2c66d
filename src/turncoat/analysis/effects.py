"""Main effects of the factors that a run varies, where its cells can tell them apart."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from turncoat.design import FACTORS, TwoLevels, two_levels, untold_of
from turncoat.stats import Contrast, Trials, main_effects
from turncoat.stats.effects import MAX_CORRELATION

_LEAST_FACTORS = 2


@dataclass(frozen=True, slots=True)
class FactorEffect:
    """One factor's main effect on harm in one scenario, on one model, by one judge.

    Attributes:
        low, high: the two levels that the run has of the factor; the control level is the low one.
        effect: rate at `high` minus rate at `low`; None where the cells cannot tell it.
        tied: then the factors that vary together with it; none where one level has no verdict.
        aliases: pairs of other factors whose interaction the cells cannot tell from it.
    """

    scenario: str
    model: str
    judge: str
    simulated: bool
    factor: str
    low: str
    high: str
    effect: Contrast | None
    tied: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]


def factor_effects(observations: pd.DataFrame) -> Iterator[FactorEffect]:
    """Effects of every scenario, model and judge whose cells vary two factors or more.

    A factor counts with exactly two levels; where one has more, there are none. Nor are there where
    the cells tell no effect, as a treated one with its controls. Where they tell some, all are
    listed, and those that the scored trials cannot tell say so.
    """
    for _, every in observations.groupby(["scenario", "model", "judge"], sort=True):
        # The controls that complete a selection are no part of its design, unless they are its cells.
        treated = every[every["role"] == "treated"]
        rows = max(every, treated, key=lambda found: len(_tellable(found)))
        if _tellable(rows):
            yield from _effects(rows, _varied(rows))


def _tellable(rows: pd.DataFrame) -> set[str]:
    """The factors whose effect the planned cells can tell."""
    varied = _varied(rows)
    if len(varied) < _LEAST_FACTORS:
        return set()
    return {two.factor for two in varied} - _untold(_trials(rows, varied)).keys()


def _varied(rows: pd.DataFrame) -> tuple[TwoLevels, ...]:
    """The factors with two levels; none at all where some factor has more."""
    levels = {f.name: [v for v in f.levels if (rows[f.name] == v).any()] for f in FACTORS}
    if any(len(found) > 2 for found in levels.values()):
        return ()
    return tuple(two_levels(name, *found) for name, found in levels.items() if len(found) == 2)


def _untold(trials: Trials) -> dict[str, tuple[str, ...]]:
    """The factors whose effect these trials cannot tell, with those that they vary with."""
    columns = dict(zip(trials.names, trials.signs.T.tolist(), strict=True))
    return {found.factor: found.tied for found in untold_of(columns, limit=MAX_CORRELATION)}


def _told(trials: Trials, untold: Container[str]) -> dict[str, Contrast]:
    """The effects of the other factors."""
    kept = [place for place, name in enumerate(trials.names) if name not in untold]
    if not kept:
        return {}
    names = tuple(trials.names[place] for place in kept)
    effects = main_effects(replace(trials, names=names, signs=trials.signs[:, kept]))
    return dict(zip(names, effects, strict=True))


def _effects(rows: pd.DataFrame, varied: Sequence[TwoLevels]) -> Iterator[FactorEffect]:
    trials = _trials(rows[rows["verdict"] != "unscored"], varied)
    untold = _untold(trials)
    effects = _told(trials, untold)
    first = rows.iloc[0]
    for place, two in enumerate(varied):
        yield FactorEffect(
            scenario=str(first["scenario"]),
            model=str(first["model"]),
            judge=str(first["judge"]),
            simulated=bool(rows["simulated"].any()),
            factor=two.factor,
            low=two.low,
            high=two.high,
            effect=effects.get(two.factor),
            tied=untold.get(two.factor, ()),
            aliases=tuple(_aliases(trials, place)),
        )


def _trials(rows: pd.DataFrame, varied: Sequence[TwoLevels]) -> Trials:
    highs = np.column_stack([rows[two.factor] == two.high for two in varied])
    return Trials(
        names=tuple(two.factor for two in varied),
        signs=np.where(highs, 1, -1).astype(np.int64),
        events=(rows["verdict"] == "harm").to_numpy(dtype=np.bool_),
        forms=rows["form"].to_numpy(dtype=np.int64),
    )


def _aliases(trials: Trials, place: int) -> Iterator[tuple[str, str]]:
    """Pairs whose product is this factor's column, up to its sign, in all trials."""
    others = [i for i in range(len(trials.names)) if i != place]
    own = trials.signs[:, place]
    for i, j in combinations(others, 2):
        product = trials.signs[:, i] * trials.signs[:, j] * own
        if len(product) and abs(int(product.sum())) == len(product):
            yield trials.names[i], trials.names[j]
