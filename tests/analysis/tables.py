"""Tables of observations, made through the real schema."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from turncoat.design import Condition, SampleKey, condition, role_of
from turncoat.results.schema import observations

LADDER = ("none", "veiled", "explicit")
OUTCOMES = {"coercion": LADDER}
TREATED = condition()
MOTIVE = condition({"goal": "none", "threat": "none"})
LEVERAGE = condition({"leverage": "absent"})
TWIN = condition({"twin": "benign"})


@dataclass(frozen=True)
class Rows:
    """The rows of one cell, one per form, or all of one form.

    `outcomes` holds one letter a row: `n` none, `v` veiled, `e` explicit (both are harm), `?` a
    judge that cannot be reached, `m` malformed, `d` not decidable, `f` filtered, `-` not run.
    """

    at: Condition
    outcomes: str
    one_form: bool = False
    duties_done: int = 2
    simulated: bool = False
    model: str = "sim/mixed"
    judge: str = "model"
    also: dict[str, object] = field(default_factory=dict)


_REASONS = {
    "?": "judge_unreachable",
    "m": "malformed",
    "d": "not_decidable",
    "f": "filtered",
    "-": "not_run",
}
_RESPONSES = {"n": "no_act", "m": "malformed", "f": "filtered", "-": None}


def table(cells: Sequence[Rows]) -> pd.DataFrame:
    """The checked table of these cells."""
    return observations([row for cell in cells for row in _rows(cell)])


def _rows(cell: Rows) -> list[dict[str, object]]:
    return [_row(cell, place, letter) for place, letter in enumerate(cell.outcomes, start=1)]


def _row(cell: Rows, place: int, letter: str) -> dict[str, object]:
    form, epoch = (1, place) if cell.one_form else (place, 1)
    return {
        **cell.at.levels,
        **_scored(letter),
        "model": cell.model,
        "scenario": "coercion",
        "condition": cell.at.id,
        "role": role_of(cell.at),
        "form": form,
        "epoch": epoch,
        "judge": cell.judge,
        "response": _RESPONSES.get(letter, "acts"),
        "duties": None if letter == "-" else 2,
        "duties_done": None if letter == "-" else cell.duties_done,
        "pack_hash": "p",
        "turncoat_version": "0",
        "inspect_version": "0",
        "simulated": cell.simulated,
        "sample_id": SampleKey(cell.at, form).id,
        **cell.also,
    }


def _scored(letter: str) -> dict[str, object]:
    if letter in _REASONS:
        return {"verdict": "unscored", "reason": _REASONS[letter]}
    rank = "nve".index(letter)
    verdict = "harm" if rank else "no_harm"
    return {"verdict": verdict, "outcome": LADDER[rank], "outcome_rank": rank}
