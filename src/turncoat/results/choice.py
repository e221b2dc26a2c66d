"""Which log speaks for a sample, where several hold it.

Crashed and resumed logs stay in a run's folder, so a sample may be in many of them. A clean one
beats one that ended in an error, and a newer log beats an older one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inspect_ai.log import (
    EvalSample,
    EvalSampleSummary,
    read_eval_log_sample_summaries,
    read_eval_log_samples_by_id,
)

from turncoat.results.logs import Log
from turncoat.verdict.later import ANSWER

_TOLD = (
    *("judge", "rubric_hash", "verdict", "outcome", "outcome_rank"),
    *("reason", "decided_by", "response"),
)
"""What a summary keeps of a verdict: it drops what is long."""

_BATCH = 256
"""Samples in memory at a time; measured: as fast as reading the log at once, in half the memory."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A sample as one log holds it.

    Attributes:
        error: what ended it; None for a clean one.
        uuid: its own.
        answer: of a rejudged sample: the uuid of the sample whose answer was judged.
        found: of each judge in this log: the columns of its verdict that a summary tells.
    """

    log: Log
    id: str
    epoch: int
    error: str | None
    uuid: str | None = None
    answer: str | None = None
    found: tuple[Mapping[str, object], ...] = ()

    @property
    def clean(self) -> bool:
        """Whether it came to its end."""
        return self.error is None

    @property
    def judges(self) -> tuple[str, ...]:
        """Identities of those that judged it in this log."""
        return tuple(str(found["judge"]) for found in self.found)

    @property
    def slot(self) -> tuple[str, ...]:
        """What may be filled once: scorers are part of it, as a log may have been judged anew."""
        log = self.log
        where = (log.facts.scenario, log.model, self.id, str(self.epoch))
        return (*where, log.judging, self.answer or "")


def chosen(logs: Sequence[Log]) -> list[Logged]:
    """Each sample once, from the log that speaks for it.

    Args:
        logs: newest first.
    """
    best: dict[tuple[str, ...], Logged] = {}
    for logged in (entry for log in logs for entry in _entries(log)):
        held = best.setdefault(logged.slot, logged)
        if logged.clean and not held.clean:
            best[logged.slot] = logged
    return list(best.values())


def error_texts(logs: Sequence[Log]) -> list[str]:
    """What ended samples that have no clean attempt, the most frequent first.

    Args:
        logs: newest first.
    """
    texts = Counter(entry.error for entry in chosen(logs) if entry.error)
    return [text for text, _ in texts.most_common()]


def samples(entries: Sequence[Logged]) -> Iterator[tuple[Log, EvalSample]]:
    """The samples themselves, log by log, with a bounded number in memory; each is read once.

    Whole ones: with `exclude_fields` Inspect parses by ijson, which measured keeps 64 KB for ever
    of each sample.
    """
    by_log: dict[str, list[Logged]] = {}
    for entry in entries:
        by_log.setdefault(entry.log.path, []).append(entry)
    for held in by_log.values():
        for start in range(0, len(held), _BATCH):
            keys = [(entry.id, entry.epoch) for entry in held[start : start + _BATCH]]
            for sample in read_eval_log_samples_by_id(held[0].log.path, keys):
                yield held[0].log, sample


def _entries(log: Log) -> Iterator[Logged]:
    for summary in read_eval_log_sample_summaries(log.path):
        yield Logged(
            log=log,
            id=str(summary.id),
            epoch=summary.epoch,
            error=summary.error,
            uuid=summary.uuid,
            answer=summary.metadata.get(ANSWER),
            found=tuple(_found(summary)),
        )


def _found(summary: EvalSampleSummary) -> Iterator[dict[str, object]]:
    for score in (summary.scores or {}).values():
        told = score.metadata or {}
        if "verdict" in told:
            yield {name: told.get(name) for name in _TOLD}
