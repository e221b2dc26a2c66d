"""What was changed between two runs: everything that their logs tell of how they were made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from turncoat.results.foreign import ScoredSample

Place = TypeVar("Place")

_HASH = 12
_OF_ROWS = {
    "judge": "judge",
    "rubric_hash": "rubric",
    "model_returned": "model that answered",
    "temperature": "temperature",
    "max_tokens": "token limit",
    "reasoning_settings": "reasoning settings",
}
"""Columns that tell what a log's header does not; the judge's is its identity."""


@dataclass(frozen=True, slots=True)
class Change:
    """One property of the runs; more than one value on a side is worth a look."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the runs differ in it."""
        return self.before != self.after


Settings = Mapping[str, tuple[str, ...]]
"""Name to all values, as `turncoat.results.foreign` reads them."""


def setting_changes(before: Settings, after: Settings) -> tuple[Change, ...]:
    """Every setting of either side; one that a side does not have has no value there."""
    names = dict.fromkeys([*before, *after])
    return tuple(Change(name, before.get(name, ()), after.get(name, ())) for name in names)


def run_changes(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Change, ...]:
    """What the tables of observations tell beside the settings: judges, answers, size, prompts.

    Args:
        before: observations of the run that is compared with.
        after: of the other.
    """
    of_rows = (
        Change(title, _values(before, column), _values(after, column))
        for column, title in _OF_ROWS.items()
    )
    cells = (_held(f"{name}s", before[name], after[name]) for name in ("condition", "form"))
    return (*of_rows, *cells, _prompts(before, after))


def input_changes(before: Sequence[ScoredSample], after: Sequence[ScoredSample]) -> Change:
    """What the samples asked that both sides have, in logs that are read as any."""
    was, now = ({_question(s): s.asked for s in side if s.asked} for side in (before, after))
    return _asked("inputs and targets", was, now)


def _question(sample: ScoredSample) -> tuple[str, str]:
    """The id, and in our logs, where that is the form, the condition."""
    return (sample.key.arguments if sample.pack else "", sample.id)


def _values(rows: pd.DataFrame, column: str) -> tuple[str, ...]:
    values = sorted(map(_text, rows[column].dropna().unique()))
    return tuple(value[:_HASH] if column.endswith("_hash") else value for value in values)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _held(name: str, before: "pd.Series[Any]", after: "pd.Series[Any]") -> Change:
    """How many of something each run has, and how many of them the other one lacks."""
    was, now = set(before.unique()), set(after.unique())
    return Change(name, (_told(was, now, "B"),), (_told(now, was, "A"),))


def _told(own: set[object], others: set[object], name: str) -> str:
    alone = len(own - others)
    return f"{len(own)}, {alone} of them not in {name}" if alone else str(len(own))


def _prompts(before: pd.DataFrame, after: pd.DataFrame) -> Change:
    return _asked("prompts", _hashes(before), _hashes(after))


def _asked(name: str, was: Mapping[Place, object], now: Mapping[Place, object]) -> Change:
    """The samples that both sides have, and how many of them ask something else."""
    shared = was.keys() & now.keys()
    if not shared:
        return Change(name, (str(len(was)),), (f"{len(now)}, none of them shared",))
    other = sum(was[place] != now[place] for place in shared)
    told = f"{len(shared)} shared"
    return Change(name, (told,), (f"{told}, {other} of them differ" if other else told,))


def _hashes(rows: pd.DataFrame) -> dict[tuple[str, str], frozenset[str]]:
    held = rows.dropna(subset=["prompt_hash"]).groupby(["scenario", "sample_id"])["prompt_hash"]
    return {
        (str(scenario), str(sample)): frozenset(map(str, hashes))
        for (scenario, sample), hashes in _groups(held)
    }


def _groups(held: "Iterable[object]") -> "Iterable[tuple[tuple[object, object], Iterable[object]]]":
    """A group's label is a pair, since two columns made it."""
    return held  # type: ignore[return-value]  # pandas types the label as any scalar
