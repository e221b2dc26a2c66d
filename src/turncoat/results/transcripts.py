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
        path = str(Path(log_dir) / str(name))
        for start in range(0, len(held), _BATCH):
            yield from _batch(path, held.iloc[start : start + _BATCH])


def _batch(path: str, rows: pd.DataFrame) -> Iterator[Transcript]:
    keys = list(zip(rows["sample_id"], rows["epoch"].astype(int), strict=True))
    samples = read_eval_log_samples_by_id(path, keys)
    for row, judge, sample in zip(rows.index, rows["judge"], samples, strict=True):
        yield _transcript(int(row), str(judge), sample)


def _transcript(row: int, judge: str, sample: EvalSample) -> Transcript:
    found = [judgment for judgment in judgments_of(sample) if judgment.judge == judge]
    return Transcript(
        row=row,
        messages=tuple(_message(message) for message in sample.messages),
        judgment=found[0] if found else None,
        error=sample.error.message if sample.error else "",
    )


def _message(message: ChatMessage) -> Message:
    return Message(message.id or "", message.role, message.text, _reasoning(message))


def _reasoning(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return ""
    parts = [part for part in message.content if isinstance(part, ContentReasoning)]
    return "\n\n".join(part.summary or "" if part.redacted else part.reasoning for part in parts)
