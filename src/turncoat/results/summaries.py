"""Rows of what the summaries of logs tell: who judged, and with what verdict."""

from collections.abc import Iterable, Iterator

from turncoat.design import sample_key
from turncoat.results.choice import Logged
from turncoat.results.rows import STOPPED, Row, cell_of
from turncoat.verdict import Unscored

_UNREACHABLE = "JudgeUnreachable("
"""How Inspect notes a sample whose judge was away; its store says so too, but no summary holds it."""


def summary_rows(entries: Iterable[Logged]) -> Iterator[Row]:
    """A row for each judge of each entry; what only the sample itself tells is missing in it."""
    for entry in entries:
        shared = _where(entry)
        for found in entry.found:
            yield {**shared, **found}
        if not entry.found:
            yield {**shared, "judge": None, "verdict": "unscored", "reason": _reason(entry).value}


def _where(entry: Logged) -> Row:
    log = entry.log
    return {
        **cell_of(sample_key(entry.id)),
        "model": log.model,
        "scenario": log.facts.scenario,
        "epoch": entry.epoch,
        "pack_hash": log.facts.pack_hash,
        "turncoat_version": log.facts.turncoat_version,
        "inspect_version": log.inspect_version,
        "simulated": log.simulated,
        "log": log.name,
        "sample_uuid": entry.uuid,
    }


def _reason(entry: Logged) -> Unscored:
    error = entry.error or ""
    if error.startswith(_UNREACHABLE):
        return Unscored.JUDGE_UNREACHABLE
    return Unscored.NOT_RUN if error.startswith(STOPPED) else Unscored.SUBJECT_ERROR
