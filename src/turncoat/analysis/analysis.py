"""Observations in, cells and comparisons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from turncoat.analysis.agreement import Agreements, agreements_of
from turncoat.analysis.awareness import Awareness, awareness_of
from turncoat.analysis.cells import Cell, CellKey, cells_of, without_members
from turncoat.analysis.comparisons import Comparison, comparisons_of
from turncoat.analysis.correction import Corrections, corrections_of
from turncoat.analysis.effects import FactorEffect, factor_effects
from turncoat.analysis.flips import Flips, flips_of
from turncoat.analysis.marks import MarkCell, mark_cells
from turncoat.analysis.models import FactorModel, factor_models
from turncoat.analysis.stories import StoryEffect, story_effects
from turncoat.design import FACTORS
from turncoat.results import Arm
from turncoat.results.labels import Labels


@dataclass(frozen=True, slots=True)
class Analysis:
    """Every number of a report.

    Attributes:
        cells: by scenario, model and judge, in the order of factors and levels.
        comparisons: for every treated cell, in that order, one with each control, motive first.
        stories: contrasts between texts of one hazard, where the run holds several.
        effects: main effects, where the cells vary several factors and can tell them apart.
        models: logistic models of the factors, where neither comparisons nor effects answer.
        flips: what later judges made of the same answers, where there are any.
        awareness: what subjects were told, state and say of their situation.
        marks: what answers show beside their outcome, where a judge was asked.
        corrections: rates that people's labels of this run correct, where there are any.
        agreements: how far judges of the same answers agree, where an answer has several.
    """

    cells: tuple[Cell, ...]
    comparisons: tuple[Comparison, ...]
    stories: tuple[StoryEffect, ...] = ()
    effects: tuple[FactorEffect, ...] = ()
    models: tuple[FactorModel, ...] = ()
    flips: tuple[Flips, ...] = ()
    awareness: Awareness = field(default_factory=Awareness)
    agreements: Agreements = field(default_factory=Agreements)
    marks: tuple[MarkCell, ...] = ()
    corrections: Corrections = field(default_factory=Corrections)

    def cell(self, key: CellKey) -> Cell | None:
        """The cell of that key, if it is in the run."""
        return next((cell for cell in self.cells if cell.key == key), None)

    def comparisons_with(self, key: CellKey) -> tuple[Comparison, ...]:
        """The comparisons of a treated cell with its controls, motive first."""
        return tuple(found for found in self.comparisons if found.treated == key)


def analyze(
    observations: pd.DataFrame,
    *,
    outcomes: Mapping[str, Sequence[str]],
    arms: Mapping[str, Arm] | None = None,
    labels: Labels | None = None,
) -> Analysis:
    """Estimate every cell, and compare every treated cell with its controls.

    A panel is one judge; what its members found is in `agreements`.

    Args:
        observations: the table of results, one row per sample, epoch and judge.
        outcomes: scenario to the ids of its ordered outcomes, lowest first.
        arms: scenario to its arm; None where texts are not to be compared.
        labels: that people gave to the run; None where nobody did.

    Raises:
        ValueError: a scenario of the table has no entry in `outcomes`.
    """
    cells: list[Cell] = []
    told = without_members(observations)
    for scenario, rows in told.groupby("scenario", sort=False):
        if scenario not in outcomes:
            raise ValueError(f"no outcomes given for scenario {scenario!r}; got {sorted(outcomes)}")
        cells.extend(cells_of(rows, outcomes[str(scenario)]))
    ordered = {cell.key: cell for cell in sorted(cells, key=_place)}
    every = tuple(ordered.values())
    comparisons = tuple(comparisons_of(ordered))
    stories = story_effects(every, arms) if arms else ()
    effects = tuple(factor_effects(told))
    return Analysis(
        cells=every,
        comparisons=comparisons,
        stories=stories,
        effects=effects,
        models=factor_models(told, every, effects),
        flips=flips_of(told),
        awareness=awareness_of(told, ordered, arms),
        agreements=agreements_of(observations),
        marks=tuple(mark_cells(told, ordered)),
        corrections=(corrections_of(told, labels, every, comparisons) if labels else Corrections()),
    )


def _place(cell: Cell) -> tuple[str, str, str, tuple[int, ...]]:
    key = cell.key
    levels = tuple(factor.levels.index(key.condition[factor.name]) for factor in FACTORS)
    return key.scenario, key.model, key.judge, levels
