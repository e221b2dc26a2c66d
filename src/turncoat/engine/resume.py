"""What a run's logs already hold, and how the rest is made to go on from it.

Inspect resumes a task from its newest log, and only where the dataset did not shrink. A run may
also be asked for fewer forms and then for more, or be killed while a log was being copied; then
what was paid for lies in several logs. A seed log gathers it, so that `eval_set` finds it all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from turncoat.design import SampleKey
from turncoat.results import Log, Logged, chosen, samples


@dataclass(frozen=True, slots=True)
class Slot:
    """One sample of one epoch."""

    id: str
    epoch: int


class Asked(Protocol):
    """Samples that a log is to hold; a plan is one."""

    @property
    def epochs(self) -> int:
        """Replicates of every sample."""

    def sample_keys(self) -> Iterator[SampleKey]:
        """Every sample once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the logs hold of one scenario on one model.

    Attributes:
        newest: log that Inspect would go on from, the one written last; None before the first
            attempt.
        held: asked samples that are finished, each from the log that speaks for it.
        missing: asked samples that are not.
        asked: samples asked for, epochs not counted.
    """

    newest: Log | None
    held: tuple[Logged, ...]
    missing: frozenset[Slot]
    asked: int

    @property
    def needs_seed(self) -> bool:
        """Whether Inspect alone would lose what is held, or think that nothing is missing."""
        newest = self.newest
        if newest is None:
            return False
        elsewhere = any(entry.log.path != newest.path for entry in self.held)
        shrunk = len(newest.planned) > self.asked
        looks_done = newest.status == "success" and len(newest.planned) >= self.asked
        return elsewhere or shrunk or looks_done


def slots(plan: Asked) -> frozenset[Slot]:
    """Every sample of a plan, for every epoch."""
    epochs = range(1, plan.epochs + 1)
    return frozenset(Slot(key.id, epoch) for key in plan.sample_keys() for epoch in epochs)


def standing(logs: list[Log], plan: Asked) -> Standing:
    """How far a plan is.

    Args:
        logs: of one scenario on one model, newest first.
        plan: what is asked for.
    """
    asked = slots(plan)
    entries = [entry for entry in chosen(logs) if entry.clean]
    held = tuple(entry for entry in entries if Slot(entry.id, entry.epoch) in asked)
    finished = {Slot(entry.id, entry.epoch) for entry in held}
    ids = len({slot.id for slot in asked})
    newest = max(logs, key=_written, default=None)
    return Standing(newest, held, asked - finished, ids)


def _written(log: Log) -> int:
    """When a log was written; its header tells when its first attempt began."""
    return Path(log.path).stat().st_mtime_ns


def write_seed(found: Standing, plan: Asked) -> None:
    """Gather what is held into a log that is newer than all others and counts as interrupted."""
    newest = found.newest
    if newest is None:
        return
    header = read_eval_log(newest.path, header_only=True)
    log = _interrupted(header, plan)
    log.samples = [sample for _, sample in samples(found.held)]
    write_eval_log(log, _seed_path(Path(newest.path)))


def _interrupted(header: EvalLog, plan: Asked) -> EvalLog:
    ids: list[str | int] = [key.id for key in plan.sample_keys()]
    dataset = header.eval.dataset.model_copy(update={"samples": len(ids), "sample_ids": ids})
    config = header.eval.config.model_copy(update={"epochs": plan.epochs})
    spec = header.eval.model_copy(update={"dataset": dataset, "config": config})
    return header.model_copy(
        update={"status": "cancelled", "eval": spec, "results": None, "reductions": None}
    )


def _seed_path(newest: Path) -> str:
    return next(path for path in _seed_paths(newest) if not Path(path).exists())


def _seed_paths(newest: Path) -> Iterator[str]:
    number = 1
    while True:
        yield str(newest.with_name(f"{newest.stem.partition('-seed')[0]}-seed{number}.eval"))
        number += 1
