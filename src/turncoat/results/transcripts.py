"""The transcripts behind rows of the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from inspect_ai.log import EvalSample, read_eval_log_samples_by_id
from inspect_ai.model import ChatMessage, ContentReasoning

from turncoat.results.rows import judgments_of
from turncoat.verdict import Judgment

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a transcript.

    Attributes:
        id: Inspect's; the acts of a ledger point to it.
        role: system, user, assistant or tool.
        text: what was said; the spans of acts are offsets in it.
        reasoning: the model's native reasoning, empty where there is none.
    """

    id: str
    role: str
    text: str
    reasoning: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """One row's transcript, with what its judge found in it.

    Attributes:
        row: index of the row in the table that was asked with.
        messages: in order.
        judgment: None for a sample without a verdict.
        error: what ended the sample, empty if nothing did.
    """

    row: int
    messages: tuple[Message, ...]
    judgment: Judgment | None
    error: str


def read_transcripts(log_dir: str | Path, rows: pd.DataFrame) -> Iterator[Transcript]:
    """The transcripts of these rows, log by log; rows that were not run have none.

    Args:
        log_dir: the folder that the table was read from.
        rows: rows of the table, in any number and order; index labels are unique.
    """
    for name, held in rows.dropna(subset=["log"]).groupby("log", sort=False):
        for start in range(0, len(held), _BATCH):
            yield from _batch(Path(log_dir), str(name), held.iloc[start : start + _BATCH])


def _batch(folder: Path, name: str, rows: pd.DataFrame) -> Iterator[Transcript]:
    samples = read_eval_log_samples_by_id(str(folder / name), _keys(rows))
    later = _later(folder, rows)
    for row, judge, sample in zip(rows.index, rows["judge"], samples, strict=True):
        yield _transcript(int(row), str(judge), sample, later.get(int(row), sample))


def _later(folder: Path, rows: pd.DataFrame) -> dict[int, EvalSample]:
    """Row to the sample that holds its verdict, where that is not the one with the answer."""
    found: dict[int, EvalSample] = {}
    for name, held in rows.dropna(subset=["verdict_log"]).groupby("verdict_log", sort=False):
        samples = read_eval_log_samples_by_id(str(folder / str(name)), _keys(held))
        found.update(zip(map(int, held.index), samples, strict=True))
    return found


def _keys(rows: pd.DataFrame) -> list[tuple[str | int, int]]:
    return list(zip(rows["sample_id"], rows["epoch"].astype(int), strict=True))


def _transcript(row: int, judge: str, answered: EvalSample, judged: EvalSample) -> Transcript:
    found = [own for each in judgments_of(judged) if (own := each.by(judge))]
    error = judged.error or answered.error
    return Transcript(
        row=row,
        messages=tuple(_message(message) for message in answered.messages),
        judgment=found[0] if found else None,
        error=error.message if error else "",
    )


def _message(message: ChatMessage) -> Message:
    return Message(message.id or "", message.role, message.text, _reasoning(message))


def _reasoning(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return ""
    parts = [part for part in message.content if isinstance(part, ContentReasoning)]
    return "\n\n".join(part.summary or "" if part.redacted else part.reasoning for part in parts)
