"""What lint finds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

YAML = "scenario.yaml"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to repair.

    Attributes:
        file: path relative to the pack's folder.
        problem: what is wrong.
        remedy: the next step.
    """

    file: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}\n  next: {self.remedy}"


def known(file: str, what: str, named: Iterable[str], names: Iterable[str]) -> Iterator[Finding]:
    """A finding for each name that is none of the known ones."""
    for name in sorted(set(named) - set(names)):
        remedy = f"use one of {', '.join(sorted(names))}"
        yield Finding(file, f"unknown {what}: got {name!r}", remedy)


def unique(file: str, what: str, names: Iterable[str]) -> Iterator[Finding]:
    """A finding for each name that stands more than once."""
    for name, count in Counter(names).items():
        if count > 1:
            yield Finding(file, f"{what} {name!r} stands {count} times", "rename all but one")
