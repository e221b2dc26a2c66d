"""Recorded answers before another judge, as an Inspect task: the same samples, and no subject."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspect_ai import Epochs, Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import get_model

from turncoat.agents import Answer, answered
from turncoat.design import Sampled, SampleKey, sample_key
from turncoat.judges import Settings, scorers_of
from turncoat.models import register
from turncoat.scenario import Scenario
from turncoat.tasks import briefs, sample_metadata, task_metadata
from turncoat.verdict.later import SUBJECT, VERDICTS


@dataclass(frozen=True, slots=True)
class Answers:
    """What one subject answered to the samples of one scenario.

    Attributes:
        subject: the model that answered.
        ids: samples that are to have a verdict.
        epochs: the highest epoch of any.
        of: the answer to a sample of an epoch; raises `NoAnswer` where there is none.
    """

    subject: str
    ids: Sequence[str]
    epochs: int
    of: Callable[[Sampled], Answer]


def verdict_task(scenario: Scenario, answers: Answers, settings: Settings, *, judge: str) -> Task:
    """New verdicts on recorded answers: the same samples, judged by the same scorer, and no subject.

    The log's own model is `none/SUBJECT`, which answers nothing.

    Args:
        scenario: whose outcomes and facts the judge reads.
        answers: whose answers, and to what.
        settings: who judges, and the key of its fence.
        judge: identity of who judges, for the log.
    """
    brief = briefs(scenario)
    register(scenario, brief(answers.ids[0]))
    samples = [_replayed(scenario, sample_key(id_), answers.subject) for id_ in answers.ids]
    return Task(
        name=scenario.name,
        version=scenario.pack_hash[:12],
        dataset=MemoryDataset(samples, name=scenario.name),
        solver=answered(answers.of),
        scorer=scorers_of(scenario, brief, settings),
        epochs=Epochs(answers.epochs),
        model=get_model(f"none/{answers.subject}", config=settings.config),
        fail_on_error=True,
        continue_on_fail=True,
        metadata={
            **task_metadata(scenario),
            VERDICTS: {"subject": answers.subject, "judge": judge},
        },
        display_name=f"{scenario.title} (verdicts on {answers.subject})",
    )


def _replayed(scenario: Scenario, key: SampleKey, subject: str) -> Sample:
    """A sample whose prompt is in the log of the answer, and nowhere else."""
    return Sample(
        id=key.id,
        input=f"(what the subject read is in the log of its answer: {subject}, {key.id})",
        metadata={**sample_metadata(scenario, key), SUBJECT: subject},
    )
