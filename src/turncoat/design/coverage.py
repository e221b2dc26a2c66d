"""A small set of conditions in which every possible pair of levels occurs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from turncoat.design.conditions import Condition, Setting, condition
from turncoat.design.factors import FACTORS, Factor
from turncoat.design.grid import Grid

Pair = tuple[Setting, Setting]


def pairwise(grid: Grid) -> tuple[Condition, ...]:
    """Valid conditions that cover every pair of levels of two factors that can occur together.

    The grid has millions of conditions; a fault of a pack nearly always shows with one or two
    levels. Greedy and deterministic, after Cohen et al. 1997, "The AETG system" (IEEE TSE 23,
    437-444): each row starts from a pair that is still uncovered and takes, factor by factor,
    the level that covers most of what is left.
    """
    search = _Search(grid)
    return tuple(search.rows())


@dataclass
class _Search:
    grid: Grid
    left: dict[Pair, None] = field(default_factory=dict)

    def rows(self) -> Iterator[Condition]:
        """Rows until nothing is left to cover."""
        self.left = {pair: None for pair in _pairs() if self.possible(pair)}
        while self.left:
            row = self.row(next(iter(self.left)))
            for pair in combinations(row, 2):
                self.left.pop(pair, None)
            yield row

    def possible(self, pair: Pair) -> bool:
        return self.grid.holds({setting.factor: (setting.level,) for setting in pair})

    def row(self, start: Pair) -> Condition:
        levels = {setting.factor: setting.level for setting in start}
        for factor in FACTORS:
            if factor.name not in levels:
                levels[factor.name] = self.best(levels, factor)
        return condition(levels)

    def best(self, levels: Mapping[str, str], factor: Factor) -> str:
        """Of the levels that can still be had, the one that covers most; the first of equals."""
        fitting = [level for level in factor.levels if self.fits(levels, factor.name, level)]
        gains = [self.gain(levels, Setting(factor.name, level)) for level in fitting]
        return fitting[gains.index(max(gains))]

    def fits(self, levels: Mapping[str, str], factor: str, level: str) -> bool:
        wanted = {**levels, factor: level}
        return self.grid.holds({name: (chosen,) for name, chosen in wanted.items()})

    def gain(self, levels: Mapping[str, str], new: Setting) -> int:
        known = [Setting(name, level) for name, level in levels.items()]
        return sum((a, new) in self.left or (new, a) in self.left for a in known)


def _pairs() -> Iterator[Pair]:
    for first, second in combinations(FACTORS, 2):
        for a in first.levels:
            for b in second.levels:
                yield Setting(first.name, a), Setting(second.name, b)
