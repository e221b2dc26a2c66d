"""What recognizing a published text does, and what the story does: two contrasts between packs.

A published scenario is in the training data of newer models. Of one hazard there may be three
arms: the published text; the same text under other names, firms, dates and codes; and a story of
our own. The first minus the second is the effect of recognizing it, the second minus the third the
effect of the story itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from turncoat.analysis.cells import Cell, CellKey
from turncoat.results import Arm
from turncoat.stats import Contrast, newcombe


@dataclass(frozen=True, slots=True)
class StoryEffect:
    """One arm against another, under the same condition, on the same model.

    Attributes:
        name: `recognition` (published minus renamed) or `story` (renamed minus own).
        contrast: harm rates, first minus second; forms of different texts cannot be matched.
    """

    name: str
    hazard: str
    first: CellKey
    second: CellKey
    simulated: bool
    contrast: Contrast


_EFFECTS = {"recognition": ("published", "renamed"), "story": ("renamed", "own")}


def story_effects(cells: Sequence[Cell], arms: Mapping[str, Arm]) -> tuple[StoryEffect, ...]:
    """Every effect that the cells of a run allow; none where it holds one arm only.

    Args:
        cells: of all scenarios.
        arms: scenario to its arm.
    """
    return tuple(
        StoryEffect(
            name=name,
            hazard=arms[first.key.scenario].hazard,
            first=first.key,
            second=second.key,
            simulated=first.simulated or second.simulated,
            contrast=newcombe(first.rate, second.rate),
        )
        for name, (of, against) in _EFFECTS.items()
        for first, second in _matched(cells, arms)
        if (arms[first.key.scenario].story, arms[second.key.scenario].story) == (of, against)
    )


def _matched(cells: Sequence[Cell], arms: Mapping[str, Arm]) -> Iterator[tuple[Cell, Cell]]:
    """Pairs of cells that differ in the text alone."""
    for first in cells:
        for second in cells:
            hazards = {arms[cell.key.scenario].hazard for cell in (first, second)}
            if len(hazards) == 1 and _place(first.key) == _place(second.key):
                yield first, second


def _place(key: CellKey) -> tuple[str, str, str]:
    return key.model, key.judge, key.condition.id
