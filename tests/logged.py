"""Inspect logs with scores as given, written through Inspect's own door; no model was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalError,
    EvalLog,
    EvalPlan,
    EvalPlanStep,
    EvalSample,
    EvalSpec,
    EvalStats,
    write_eval_log,
)
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Value


@dataclass(frozen=True)
class Logged:
    """A log.

    Attributes:
        values: of each score, one a sample and epoch, samples outermost; an `Exception` is a sample
            that ended in an error, and `...` one that was not run.
    """

    values: Mapping[str, Sequence[object]]
    task: str = "quiz"
    model: str = "mock/base"
    epochs: int = 1
    args: Mapping[str, object] = field(default_factory=dict)
    created: str = "2026-01-01T00:00:00+00:00"
    status: Literal["success", "error", "cancelled"] = "success"
    first: int = 1
    """Number of the first sample."""
    told: str = "Be kind."
    """The system message."""
    asks: str = "What is it?"

    def write(self, path: Path) -> Path:
        """Write it."""
        samples = list(self._samples())
        ids = list(dict.fromkeys(sample.id for sample, _ in samples))
        spec = EvalSpec(
            created=self.created,
            task=self.task,
            task_args=dict(self.args),
            task_args_passed=dict(self.args),
            dataset=EvalDataset(samples=len(ids), sample_ids=ids),
            model=self.model,
            config=EvalConfig(epochs=self.epochs),
            packages={"inspect_ai": "0.3.285"},
        )
        plan = EvalPlan(
            steps=[EvalPlanStep(solver="system_message", params={"template": self.told})]
        )
        ran = [sample for sample, run in samples if run]
        log = EvalLog(status=self.status, eval=spec, plan=plan, samples=ran, stats=EvalStats())
        path.parent.mkdir(parents=True, exist_ok=True)
        write_eval_log(log, str(path))
        return path

    def _samples(self) -> "list[tuple[EvalSample, bool]]":
        rows = list(zip(*self.values.values(), strict=True))
        return [
            (self._sample(place, dict(zip(self.values, row, strict=True))), ... not in row)
            for place, row in enumerate(rows)
        ]

    def _sample(self, place: int, row: Mapping[str, object]) -> EvalSample:
        failed = any(isinstance(value, Exception) for value in row.values())
        number = place // self.epochs + self.first
        return EvalSample(
            id=f"q{number}",
            epoch=place % self.epochs + 1,
            input=self.asks,
            target="this",
            output=ModelOutput.from_content(self.model, "this"),
            error=EvalError(message="down", traceback="", traceback_ansi="") if failed else None,
            scores=None if failed else _scores(row),
        )


def _scores(row: Mapping[str, object]) -> dict[str, Score]:
    return {name: Score(value=_value(value)) for name, value in row.items() if value is not None}


def _value(value: object) -> Value:
    return value if value is not ... else "N"  # type: ignore[return-value]  # tests give what they mean
