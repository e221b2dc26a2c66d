"""The paper's models: who made them, what Inspect calls them, and which version it was."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import each_named, parse_yaml, read_text
from turncoat.catalog.scenarios import valid

PAPER = "paper"
"""The word that stands for all of the paper's models that may still be had."""

_FOLDER = Path(__file__).parent / "subjects"
_FILE = "paper.yaml"


class Subject(BaseModel):
    """A model of the paper.

    Attributes:
        name: as the paper calls it.
        developer: who made it.
        model: the id for Inspect that is nearest to the name, PROVIDER/MODEL.
        snapshot: the dated version that the paper is known to have used; None: not established.
        available: whether its provider still offers it; `unknown` where nobody has established it.
        since: when it was withdrawn, until when it can be had, or what else is known of that.
        source: the provider's page that says so; None where nothing is established.
        part: `appendix` for those that only the paper's appendix has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    developer: str
    model: str
    snapshot: str | None
    available: Literal["yes", "no", "unknown"]
    since: str
    source: str | None
    part: Literal["main", "appendix"]


class _Roster(BaseModel):
    subjects: dict[str, Subject]


@cache
def load_roster() -> tuple[Subject, ...]:
    """The models, in the order of the file.

    Raises:
        PackError: the file is broken.
    """
    return roster_in(read_text(_FOLDER, _FILE))


def roster_in(text: str) -> tuple[Subject, ...]:
    """The models of the text of a file like `paper.yaml`.

    Raises:
        PackError: a key that is missing, unknown or of another kind, with the model's name.
    """
    named = each_named(parse_yaml(text, _FILE))
    return tuple(valid(_Roster, {"subjects": named}, _FILE).subjects.values())


def paper_subjects() -> tuple[Subject, ...]:
    """The models of the paper's main part that can be had, or of which it is not known."""
    return tuple(s for s in load_roster() if s.part == "main" and s.available != "no")


def subjects_named(names: Iterable[str]) -> tuple[Subject, ...]:
    """The models of these names, each once; `paper` stands for `paper_subjects`.

    Raises:
        KeyError: a name that is not in the roster.
    """
    roster = {subject.name: subject for subject in load_roster()}
    wanted = [paper_subjects() if name == PAPER else (roster[name],) for name in names]
    return tuple(dict.fromkeys(subject for some in wanted for subject in some))


def subject_of(model: str) -> Subject | None:
    """The entry of a model by its id for Inspect; None where the roster does not hold it."""
    return next((subject for subject in load_roster() if subject.model == model), None)
