"""The numbers that others published, as data: each with its source and how sure it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import PackError, parse_yaml, read_text
from turncoat.catalog.roster import load_roster
from turncoat.catalog.scenarios import valid
from turncoat.design import Published

FOLDER = Path(__file__).parent
FILE = "rates.yaml"
_SHARES = ("rate", "low", "high")


class _Group(BaseModel):
    """Numbers, and beside them what they have in common: keys of `Published`."""

    model_config = ConfigDict(frozen=True, extra="allow")

    numbers: list[dict[str, Any]]


class _Source(BaseModel):
    """The file's layout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: dict[str, str]
    groups: list[_Group]


class _Numbers(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: dict[str, Published]


@cache
def load_published() -> dict[str, Published]:
    """Id to number, in the order of the file.

    Raises:
        PackError: the file is broken.
    """
    return published_in(read_text(FOLDER, FILE))


def published_in(text: str) -> dict[str, Published]:
    """Id to number, of the text of a file like `rates.yaml`.

    Raises:
        PackError: an unknown key, source or subject, an id twice, or a number that cannot be.
    """
    source = valid(_Source, parse_yaml(text, FILE), FILE, text=text)
    entries = [_entry(number, source.sources) for number in _flat(source.groups)]
    for name, count in Counter(str(entry.get("id")) for entry in entries).items():
        if count > 1:
            raise _broken(name, f"key id: got it {count} times", "give each number its own")
    named = {str(entry.get("id")): entry for entry in entries}
    numbers = valid(_Numbers, {"numbers": named}, FILE).numbers
    for problem in _problems(numbers.values()):
        raise problem
    return numbers


def _flat(groups: list[_Group]) -> Iterator[dict[str, Any]]:
    for group in groups:
        for number in group.numbers:
            yield {**(group.model_extra or {}), **number}


def _entry(number: dict[str, Any], sources: dict[str, str]) -> dict[str, Any]:
    """A number with its source in words; where no subject is named, the model is one."""
    source = number.get("source", "")
    if source not in sources:
        problem = f"key source: got {source!r}, expected one of {', '.join(sources)}"
        raise _broken(str(number.get("id")), problem, "name it under sources")
    return {"subjects": [number.get("model")], **number, "source": sources[source]}


def _problems(numbers: Iterable[Published]) -> Iterator[PackError]:
    known = [subject.name for subject in load_roster()]
    for number in numbers:
        for subject in number.subjects:
            if subject not in known:
                problem = f"key subjects: got {subject!r}, which the roster does not hold"
                remedy = "write its name as in subjects/paper.yaml, or subjects: []"
                yield _broken(number.id, problem, remedy)
        yield from _impossible(number)


def _impossible(number: Published) -> Iterator[PackError]:
    ranged = number.kind == "range"
    for key in _SHARES:
        value = getattr(number, key)
        if (value is None) == ((key == "rate") != ranged):
            got = "nothing" if value is None else f"{value:g}"
            expected = "nothing" if value is not None else "a share"
            problem = f"key {key}: got {got}, expected {expected} of the kind {number.kind}"
            yield _broken(number.id, problem, "a range has low and high, everything else has rate")
        elif value is not None and not 0 <= value <= 1:
            yield _broken(number.id, f"key {key}: got {value:g}, expected 0 to 1", "correct it")
    if number.n is not None and number.assumed_n is not None:
        yield _broken(number.id, "key assumed_n: got both n and assumed_n", "remove assumed_n")
    if any(samples is not None and samples < 1 for samples in (number.n, number.assumed_n)):
        yield _broken(number.id, "key n: got less than 1", "correct it, or write null")


def _broken(number: str, problem: str, remedy: str) -> PackError:
    return PackError(FILE, f"number {number}: {problem}", remedy)
