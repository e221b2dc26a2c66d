"""What lint finds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from turncoat.catalog.places import Key

YAML = "scenario.yaml"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to repair.

    Attributes:
        file: path relative to the pack's folder.
        problem: what is wrong.
        remedy: the next step.
        key: of the file, where it stands.
        line: of the file, once it is placed; before, of the text at the key.
    """

    file: str
    problem: str
    remedy: str
    key: Key = ()
    line: int | None = None

    @property
    def place(self) -> str:
        """`FILE:LINE`, or the file alone."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}\n  next: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: a file of the pack and a key in it."""

    file: str
    key: Key = ()

    def __truediv__(self, part: str | int) -> "Spot":
        return Spot(self.file, (*self.key, part))

    def finding(self, problem: str, remedy: str) -> Finding:
        """A finding about what stands here."""
        return Finding(self.file, problem, remedy, self.key)

    def known(self, what: str, named: Iterable[str], names: Iterable[str]) -> Iterator[Finding]:
        """A finding for each name that is none of the known ones."""
        for name in sorted(set(named) - set(names)):
            remedy = f"use one of {', '.join(sorted(names))}"
            yield self.finding(f"unknown {what}: got {name!r}", remedy)

    def unique(self, what: str, names: Iterable[str]) -> Iterator[Finding]:
        """A finding for each name that stands more than once."""
        for name, count in Counter(names).items():
            if count > 1:
                yield self.finding(f"{what} {name!r} stands {count} times", "rename all but one")


def line_of(text: str, words: str) -> int:
    """The line on which words stand first, from 1; a template's lines are its rendering's."""
    return text.count("\n", 0, text.index(words)) + 1


PACK = Spot(YAML)
EMAILS = Spot("emails/")
EXEMPLARS = Spot("exemplars/")


def email_spot(name: str) -> Spot:
    """The file of a mail, by its id."""
    return Spot(f"emails/{name}")


def exemplar_spot(name: str) -> Spot:
    """The file of an exemplar, by its id."""
    return Spot(f"exemplars/{name}")
