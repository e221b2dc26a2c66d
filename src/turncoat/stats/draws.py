"""Which observations people read: a stratified random draw that can be extended later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FLOOR = 5
"""Labels that every stratum gets before any gets more, as far as it holds as many."""

POWER = 2 / 3
"""Of a stratum's size, to which its share of the other labels is proportional."""


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Observations to read, and how likely each was to be among them.

    Attributes:
        places: shape (total,), which observations, in the order of reading. The first t of them
            are themselves the draw of t, so whoever stops early has a smaller draw and no broken
            one. The order tells strata apart a little: shuffle what is shown where all is read.
        inclusion: shape (n,), of every observation of the frame, drawn or not: its stratum's
            drawn over the stratum's size.
    """

    places: NDArray[np.int64]
    inclusion: NDArray[np.float64]


def allocate(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """How many observations of each stratum to draw.

    Every stratum first gets min(size, `FLOOR`), the smallest share first, so that none is left
    without a label. The rest goes in proportion to size to the power `POWER`, by the divisor
    method of Webster. Why 2/3: a stratum whose labels nearly all agree, as they do where the judge
    is good, adds (its share of the run / its labels) to the interval's half width, in squares; the
    sum of squares is smallest there. Neyman's allocation needs the error rates that the labels
    are for, one in proportion to size starves the few that the judge called harm, one in
    proportion to the root of size those that it did not.
    A larger total takes nothing away from any stratum: a draw can be extended.
    Sources: Bankier 1988, The American Statistician 42:174-177, for power allocations; Balinski,
    Young 2001, Fair Representation, for the divisor method.

    Args:
        sizes: shape (strata,), observations of each, 0 allowed.
        total: observations to draw; more than there are draws all.

    Returns:
        Shape (strata,), at most the sizes, with sum min(total, all).

    Raises:
        ValueError: a negative size, or fewer to draw than there are strata that hold anything.
    """
    return np.bincount(_turns(sizes, total), minlength=sizes.size)


def order(strata: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Each observation's place in a random order of its stratum, from 0.

    The order is all the chance there is: the same generator over the same observations gives the
    same order, however many are drawn, so a later draw goes further in it and keeps the earlier.

    Args:
        strata: shape (n,), the stratum of each observation.
        rng: source of the order; seed it from what identifies the draw.
    """
    chance = rng.permutation(strata.size)
    placed = np.lexsort((chance, strata))
    ordered = strata[placed]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if strata.size else placed
    sizes = np.diff(np.r_[starts, strata.size])
    ranks = np.empty(strata.size, dtype=np.int64)
    ranks[placed] = np.arange(strata.size) - np.repeat(starts, sizes)
    return ranks


def draw(strata: NDArray[np.int64], total: int, rng: np.random.Generator) -> Draw:
    """Draw observations at random within strata, without replacement.

    Each stratum gives its first `allocate` observations in its random `order`. With a generator in
    the same state and a larger total, the result begins with the smaller draw, and `inclusion` is
    right for the larger one: record it anew when a draw is extended.
    Source: Cochran 1977, Sampling Techniques, chapter 5.

    Args:
        strata: shape (n,), the stratum of each observation of the frame.
        total: observations to draw; more than there are draws all.
        rng: source of the order.

    Raises:
        ValueError: fewer to draw than there are strata.
    """
    labels, place = np.unique(strata, return_inverse=True)
    sizes = np.bincount(place, minlength=labels.size)
    turns = _turns(sizes, total)
    counts = np.bincount(turns, minlength=sizes.size)
    ranks = order(place, rng)
    drawn = np.flatnonzero(ranks < counts[place])
    # Place by stratum and rank: the k-th turn of a stratum takes the k-th of its order.
    within = drawn[np.lexsort((ranks[drawn], place[drawn]))]
    places = np.empty(drawn.size, dtype=np.int64)
    places[np.argsort(turns, kind="stable")] = within
    return Draw(places, (counts / sizes)[place])


def _turns(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """The stratum of each draw in turn: first the floors, the least served first."""
    filled = int((sizes > 0).sum())
    if (sizes < 0).any() or total < filled:
        raise ValueError(
            f"allocate: got {total} to draw from strata of {sizes.tolist()}, expected at least "
            f"one of each of the {filled} that hold anything"
        )
    stratum = np.repeat(np.arange(sizes.size), sizes)
    rank = np.arange(stratum.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    share = sizes[stratum] ** POWER / (rank + 0.5)
    floor = rank < FLOOR
    late = np.where(floor, rank, FLOOR)
    return stratum[np.lexsort((stratum, -share, late))[:total]]
