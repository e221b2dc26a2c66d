"""Which models are of one family, by data: prefixes of their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid

_FOLDER = Path(__file__).parent / "subjects"
_FILE = "families.yaml"
_SIMULATED = "sim/"
_PARTS = re.compile(r"[/.:]")


class Families(BaseModel):
    """Developer to prefixes of the names of its models, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    families: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kinship:
    """A subject and a judge of it.

    Attributes:
        family: the developer of both, or the model itself; None where they are not of one family,
            or where it is not known.
        known: whether the families of both are known.
    """

    subject: str
    judge: str
    family: str | None
    known: bool


@cache
def load_families() -> Families:
    """The families.

    Raises:
        PackError: the file is broken.
    """
    return valid(Families, parse_yaml(read_text(_FOLDER, _FILE), _FILE), _FILE)


def family_of(model: str) -> str | None:
    """The developer of a model, by the name that Inspect knows; None where it is not known.

    The provider is no family: many of them offer the models of others.
    """
    parts = _PARTS.split(model.partition("/")[2].lower())
    fitting = (
        (len(prefix), family)
        for family, prefixes in load_families().families.items()
        for prefix in prefixes
        if any(part.startswith(prefix) for part in parts)
    )
    return max(fitting, default=(0, None))[1]


def kinships(subjects: Iterable[str], judges: Iterable[str]) -> tuple[Kinship, ...]:
    """Every subject with every judge of it, simulated ones aside, which are nobody's kin."""
    pairs = product(dict.fromkeys(subjects), dict.fromkeys(judges))
    return tuple(
        _kinship(subject, judge)
        for subject, judge in pairs
        if not (subject.startswith(_SIMULATED) or judge.startswith(_SIMULATED))
    )


def _kinship(subject: str, judge: str) -> Kinship:
    if subject == judge:
        return Kinship(subject, judge, subject, known=True)
    own, other = family_of(subject), family_of(judge)
    known = own is not None and other is not None
    return Kinship(subject, judge, own if own == other else None, known=known)
