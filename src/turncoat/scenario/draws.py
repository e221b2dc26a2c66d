"""Deterministic draws: a form's number must mean the same form on every machine, for ever.

NumPy promises no stable streams across versions and `random` none for `sample`; SHA-256 does.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A counter-based stream of indices, fixed by its seed text."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def index(self, size: int) -> int:
        """An index below `size`; the modulo bias of 64 bits over a pool is below 1e-15."""
        digest = sha256(f"{self._seed}/{self._count}".encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8], "big") % size

    def one(self, pool: Sequence[T]) -> T:
        """One item of the pool."""
        return pool[self.index(len(pool))]

    def several(self, pool: Sequence[T], count: int) -> list[T]:
        """`count` items without replacement, in random order.

        Raises:
            ValueError: the pool is smaller than `count`.
        """
        if count > len(pool):
            raise ValueError(f"cannot draw {count} of {len(pool)} without replacement")
        rest = list(pool)
        return [rest.pop(self.index(len(rest))) for _ in range(count)]

    def code(self, pattern: str) -> str:
        """A code like its pattern: `A` becomes a letter, `9` a digit, the rest stays."""
        return "".join(self.one(_ALPHABETS.get(char, char)) for char in pattern)


# Letters and digits that are not mistaken for one another when somebody reads a code aloud.
_ALPHABETS = {"A": "ABCDEFGHJKLMNPQRSTUVWXYZ", "9": "23456789"}
