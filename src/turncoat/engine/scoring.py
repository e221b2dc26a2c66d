"""JudgeChoice transcripts that somebody else produced, through the same scorer as our own."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Annotated, Any

import inspect_ai
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, Model, StopReason
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from turncoat.agents import replaying
from turncoat.design import SampleKey, condition, sample_key
from turncoat.engine.models import limited, model_named
from turncoat.engine.request import JudgeChoice, Limits
from turncoat.judges import harm
from turncoat.scenario import RenderError, Scenario, render
from turncoat.tasks import briefs
from turncoat.verdict import Judgment, RunKey, Unscored

_MESSAGES = TypeAdapter(list[ChatMessage])


class Transcript(BaseModel):
    """One line of a transcripts file: exactly one of `response` and `messages`.

    Attributes:
        id: the line's own id, given back with its verdict.
        response: the subject's whole answer.
        messages: chat messages, as Inspect or OpenAI write them.
        condition: factor to level, or a condition's id; what is not named is at its default.
        form: whose names and addresses the transcript uses.
        stop_reason: why the subject stopped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str | int
    response: str | None = None
    messages: list[dict[str, Any]] | None = None
    condition: dict[str, str] | str = {}
    form: Annotated[int, Field(ge=1)] = 1
    stop_reason: StopReason = "stop"

    @model_validator(mode="after")
    def _one_text(self) -> "Transcript":
        if (self.response is None) == (self.messages is None):
            raise ValueError("expected exactly one of `response` and `messages`")
        if not any(isinstance(m, ChatMessageAssistant) for m in self.chat()):
            raise ValueError("`messages` hold no message with role assistant")
        self.key()
        return self

    def chat(self) -> list[ChatMessage]:
        """The messages as Inspect has them."""
        if self.messages is not None:
            return _MESSAGES.validate_python(self.messages)
        return [ChatMessageAssistant(content=self.response or "")]

    def key(self) -> SampleKey:
        """The sample that the transcript answers."""
        if isinstance(self.condition, str):
            return sample_key(f"{self.condition}.form={self.form}")
        return SampleKey(condition(self.condition), self.form)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be judged.

    Attributes:
        number: of the line, from 1.
        problem: what is wrong with it.
    """

    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A transcripts file, read."""

    good: tuple[Transcript, ...]
    bad: tuple[BadLine, ...]


def read_lines(text: str, scenario: Scenario) -> Lines:
    """Every line of a JSONL file, the good ones apart from the bad; empty lines are skipped."""
    good: list[Transcript] = []
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            good.append(_transcript(line, scenario))
        except (ValidationError, ValueError) as error:
            bad.append(BadLine(number, _problem(error)))
    return Lines(tuple(good), tuple(bad))


def _transcript(line: str, scenario: Scenario) -> Transcript:
    transcript = Transcript.model_validate(json.loads(line))
    key = transcript.key()
    render(scenario, key.condition, key.form)
    return transcript


def _problem(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg} at column {error.colno}"
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        return f"{key + ': ' if key else ''}{first['msg']}"
    if isinstance(error, RenderError):
        return f"the condition cannot be rendered: {error.problem}"
    return str(error)


@dataclass(frozen=True, slots=True)
class JudgedTranscript:
    """A transcript's judgment; None where the judge could not be reached, with the reason."""

    id: str | int
    judgment: Judgment | None
    problem: str | None = None


def judge_transcripts(
    scenario: Scenario, transcripts: Sequence[Transcript], choice: JudgeChoice, *, log_dir: Path
) -> tuple[JudgedTranscript, ...]:
    """Every transcript with its judgment, in order; the log goes to `log_dir`.

    Raises:
        ModelUnavailable: the judge cannot be used.
    """
    limits = limited(Limits())
    judge: dict[str, str | Model] = {}
    if choice.model:
        judge["judge"] = model_named(choice.model, config=limits, args=choice.args)
    logs = inspect_ai.eval(
        _task(scenario, transcripts, choice),
        model=None,
        model_roles=judge or None,
        log_dir=str(log_dir),
        log_realtime=False,
        display="none",
        ctl_server=False,
        score_display=False,
    )
    judged = {sample.id: sample for sample in logs[0].samples or ()}
    return tuple(
        _judged(transcript, judged.get(str(place))) for place, transcript in enumerate(transcripts)
    )


def _judged(transcript: Transcript, sample: EvalSample | None) -> JudgedTranscript:
    scores = sample.scores if sample else None
    if not scores:
        return JudgedTranscript(transcript.id, None, Unscored.JUDGE_UNREACHABLE)
    score = next(iter(scores.values()))
    return JudgedTranscript(transcript.id, Judgment.model_validate(score.metadata))


def _task(scenario: Scenario, transcripts: Sequence[Transcript], choice: JudgeChoice) -> Task:
    keys = [transcript.key() for transcript in transcripts]
    rendered = briefs(scenario)
    return Task(
        name=f"{scenario.name}_transcripts",
        dataset=MemoryDataset(list(_samples(scenario, transcripts))),
        solver=replaying(),
        scorer=harm(
            lambda place: rendered(keys[int(place)].id),
            key=RunKey(token_hex(8), token_bytes(32)),
            judge=choice.kind,
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
