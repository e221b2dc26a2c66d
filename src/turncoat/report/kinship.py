"""What is to be said of a judge that is of the subject's family."""

import re
from collections.abc import Iterator

import pandas as pd

from turncoat.catalog.families import Kinship, kinships

_MODEL = re.compile(r"(?:model|legacy):([^()+,\s]+)")


def kinship_lines(found: tuple[Kinship, ...]) -> Iterator[str]:
    """A line for every judge of a subject's family, and one for those of whom nothing is known."""
    for kin in found:
        if kin.family is not None:
            yield _warning(kin)
    unknown = [kin for kin in found if not kin.known]
    if unknown:
        pairs = "; ".join(f"{kin.judge} on {kin.subject}" for kin in unknown)
        yield f"Family not known, so it is not said whether the judge is of the subject's: {pairs}."


def _warning(kin: Kinship) -> str:
    who = (
        f"{kin.judge} judges itself"
        if kin.subject == kin.judge
        else f"{kin.judge} judges {kin.subject}, both of {kin.family}"
    )
    return f"{who}: a judge may favor its own kind. Take a judge of another family, or a panel with one."


def kinships_in(observations: pd.DataFrame) -> tuple[Kinship, ...]:
    """The kinships of a table's subjects with the models of their judges."""
    found: dict[Kinship, None] = {}
    pairs = observations[["model", "judge"]].drop_duplicates()
    for subject, judge in pairs.itertuples(index=False, name=None):
        found.update(dict.fromkeys(kinships([str(subject)], _MODEL.findall(str(judge)))))
    return tuple(found)
