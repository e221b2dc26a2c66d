"""Judge transcripts that somebody else produced, through the same scorer as our own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_hex

import inspect_ai
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalSample
from inspect_ai.model import Model

from turncoat.agents import replaying
from turncoat.engine.models import judges_named, limited
from turncoat.engine.request import JudgeChoice, Limits
from turncoat.engine.transcripts import Transcript
from turncoat.judges import harm, hear
from turncoat.models import register
from turncoat.office import Ledger
from turncoat.scenario import Brief, Scenario
from turncoat.tasks import briefs
from turncoat.verdict import Judgment, RunKey, Unscored


@dataclass(frozen=True, slots=True)
class JudgedTranscript:
    """A transcript with what it did and how that was judged.

    Attributes:
        id: the line's own.
        ledger: its acts, known whether or not they could be judged.
        outcome: id of the pack's outcome; None where it is unscored.
        verdict: harm, no_harm or unscored.
        reason: why it is unscored; None where it is not.
    """

    id: str | int
    ledger: Ledger
    outcome: str | None
    verdict: str
    reason: Unscored | None

    @property
    def unreached(self) -> bool:
        """Whether the judge gave no answer, so that judging again may give a verdict."""
        return self.reason is Unscored.JUDGE_UNREACHABLE


def judge_transcripts(
    scenario: Scenario, transcripts: Sequence[Transcript], choice: JudgeChoice, *, log_dir: Path
) -> tuple[JudgedTranscript, ...]:
    """Every transcript with its verdict, in order; the log goes to `log_dir`.

    Raises:
        ModelUnavailable: the judge cannot be used.
    """
    judges: dict[str, str | Model | Sequence[str | Model]] = {
        **judges_named(choice, config=limited(Limits()))
    }
    brief = _briefs(scenario, transcripts)
    logs = inspect_ai.eval(
        _task(scenario, transcripts, choice, brief),
        model=None,
        model_roles=judges or None,
        log_dir=str(log_dir),
        log_realtime=False,
        display="none",
        ctl_server=False,
        score_display=False,
    )
    judged = {str(sample.id): sample for sample in logs[0].samples or ()}
    return tuple(
        _judged(transcript, judged.get(str(place)), brief(str(place)))
        for place, transcript in enumerate(transcripts)
    )


def _briefs(scenario: Scenario, transcripts: Sequence[Transcript]) -> Callable[[str], Brief]:
    """The brief behind a transcript's place in the file."""
    rendered = briefs(scenario)
    return lambda place: rendered(transcripts[int(place)].key(scenario.grid).id)


def _judged(transcript: Transcript, sample: EvalSample | None, brief: Brief) -> JudgedTranscript:
    scores = sample.scores if sample else None
    if not scores:
        ledger = hear(brief, transcript.chat(), transcript.stop_reason).ledger
        return JudgedTranscript(transcript.id, ledger, None, "unscored", Unscored.JUDGE_UNREACHABLE)
    found = Judgment.model_validate(next(iter(scores.values())).metadata)
    return JudgedTranscript(transcript.id, found.ledger, found.outcome, found.verdict, found.reason)


def _task(
    scenario: Scenario,
    transcripts: Sequence[Transcript],
    choice: JudgeChoice,
    brief: Callable[[str], Brief],
) -> Task:
    samples = list(_samples(scenario, transcripts))
    for sample in samples:
        register(scenario, brief(str(sample.id)))  # the simulated judge knows what is registered
    return Task(
        name=f"{scenario.name}_transcripts",
        dataset=MemoryDataset(samples),
        solver=replaying(),
        scorer=harm(
            brief,
            key=RunKey(token_hex(8), token_bytes(32)),
            judge=choice.kind,
            panel=choice.panel,
        ),
        fail_on_error=True,
        continue_on_fail=True,
    )


def _samples(scenario: Scenario, transcripts: Sequence[Transcript]) -> Iterator[Sample]:
    for place, transcript in enumerate(transcripts):
        yield Sample(
            id=str(place),
            input=str(transcript.id),
            metadata={
                "scenario": scenario.name,
                "messages": [m.model_dump(exclude_none=True) for m in transcript.chat()],
                "stop_reason": transcript.stop_reason,
            },
        )
