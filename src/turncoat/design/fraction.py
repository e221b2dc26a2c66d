"""Fractional factorial designs: many factors at two levels each, in few conditions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from turncoat.design.conditions import Condition, condition, factor_named
from turncoat.design.grid import Grid


@dataclass(frozen=True, slots=True)
class TwoLevels:
    """A factor at two of its levels; an effect is high minus low."""

    factor: str
    low: str
    high: str


def two_levels(factor: str, first: str, second: str) -> TwoLevels:
    """The factor at these levels, in either order: low is its control, else its earlier level.

    Raises:
        ValueError: an unknown factor or level, or one level twice.
    """
    for level in (first, second):
        condition({factor: level})
    if first == second:
        raise ValueError(f"factor {factor}: got {first} twice, expected two levels")
    found = factor_named(factor)
    low, high = sorted(
        (first, second), key=lambda at: (at != found.control, found.levels.index(at))
    )
    return TwoLevels(factor, low, high)


@dataclass(frozen=True, slots=True)
class Untold:
    """A factor whose main effect the runs cannot tell.

    Attributes:
        tied: factors that vary together with it; none where it does not vary itself.
    """

    factor: str
    tied: tuple[str, ...]


def untold_of(columns: Mapping[str, Sequence[int]], *, limit: float) -> tuple[Untold, ...]:
    """The factors that do not vary, or vary together with another.

    Args:
        columns: factor to its sign in each run, +1 or -1; all of one length.
        limit: correlation of two columns up to which they count as apart.
    """
    varied = {name: signs for name, signs in columns.items() if len(set(signs)) == 2}
    tied: dict[str, list[str]] = {name: [] for name in columns}
    for a, b in combinations(varied, 2):
        if abs(_correlation(varied[a], varied[b])) > limit:
            tied[a].append(b)
            tied[b].append(a)
    return tuple(
        Untold(name, tuple(found)) for name, found in tied.items() if found or name not in varied
    )


def _correlation(first: Sequence[int], second: Sequence[int]) -> float:
    n, a, b = len(first), sum(first), sum(second)
    both = sum(x * y for x, y in zip(first, second, strict=True))
    return (n * both - a * b) / sqrt((n * n - a * a) * (n * n - b * b))


@dataclass(frozen=True, slots=True)
class Alias:
    """A main effect, and the two-factor interactions that cannot be told from it."""

    factor: str
    interactions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """A regular two-level fraction of the full factorial.

    Attributes:
        factors: in the order of the columns.
        columns: for each factor the bits of the base factors whose product its column is.
        conditions: the valid runs.
        dropped: runs that a constraint excludes; what is left is not balanced, see `untold`.
    """

    factors: tuple[TwoLevels, ...]
    columns: tuple[int, ...]
    conditions: tuple[Condition, ...]
    dropped: tuple[Condition, ...]

    def aliases(self) -> tuple[Alias, ...]:
        """For every factor, the two-factor interactions in its column."""
        return tuple(self._alias(place) for place in range(len(self.factors)))

    def untold(self, *, limit: float) -> tuple[Untold, ...]:
        """Effects that the valid runs cannot tell: none, unless runs were dropped."""
        return untold_of({two.factor: self._signs(two) for two in self.factors}, limit=limit)

    def _signs(self, two: TwoLevels) -> tuple[int, ...]:
        return tuple(1 if cell[two.factor] == two.high else -1 for cell in self.conditions)

    def _alias(self, place: int) -> Alias:
        others = [i for i in range(len(self.factors)) if i != place]
        mixed = (
            (self.factors[i].factor, self.factors[j].factor)
            for i, j in combinations(others, 2)
            if self.columns[i] ^ self.columns[j] == self.columns[place]
        )
        return Alias(self.factors[place].factor, tuple(mixed))


def fraction(chosen: Sequence[TwoLevels], runs: int, grid: Grid, base: Condition) -> Fraction:
    """A design in which every main effect has a column of its own.

    Up to runs / 2 factors, no main effect is aliased with a two-factor interaction (resolution
    IV): all columns are products of an odd number of base factors, so no product of two is one.
    With more factors some are (resolution III), and `aliases` tells which.
    Source: Box, Hunter, Hunter 2005, Statistics for Experimenters, chapter 6.

    Args:
        chosen: the factors, at least two.
        runs: conditions before constraints: a power of two above the number of factors.
        grid: whose constraints hold.
        base: every other factor's level.

    Raises:
        ValueError: the number of runs is none that this many factors can have.
    """
    bits = runs.bit_length() - 1
    if runs != 1 << bits or not 2 <= len(chosen) < runs:
        raise ValueError(
            f"fraction: got {len(chosen)} factors in {runs} runs, "
            "expected a power of two above the number of factors, and at least two factors"
        )
    if len(chosen) < bits:
        raise ValueError(f"fraction: {len(chosen)} factors have only {1 << len(chosen)} conditions")
    columns = tuple(_columns(bits))[: len(chosen)]
    cells = [base.replace(_levels(chosen, columns, run)) for run in range(runs)]
    return Fraction(
        factors=tuple(chosen),
        columns=columns,
        conditions=tuple(cell for cell in cells if grid.excluded(cell) is None),
        dropped=tuple(cell for cell in cells if grid.excluded(cell) is not None),
    )


def _columns(bits: int) -> Iterator[int]:
    """Products of base factors: single ones, then of three, five, ...; then of two, four, ..."""
    subsets = sorted(range(1, 1 << bits), key=lambda mask: (mask.bit_count(), mask))
    yield from (mask for mask in subsets if mask.bit_count() % 2 == 1)
    yield from (mask for mask in subsets if mask.bit_count() % 2 == 0)


def _levels(chosen: Sequence[TwoLevels], columns: Sequence[int], run: int) -> Mapping[str, str]:
    return {
        two.factor: two.high if _sign(mask, run) > 0 else two.low
        for two, mask in zip(chosen, columns, strict=True)
    }


def _sign(mask: int, run: int) -> int:
    """The product of the base factors' signs in a run; a bit that is not set stands for -1."""
    return 1 if (mask & ~run).bit_count() % 2 == 0 else -1
