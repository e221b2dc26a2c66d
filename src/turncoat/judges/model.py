"""Asking a model for its judgment: one case, a few tries, one answer or none."""

import re
from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

from inspect_ai.model import (
    CachePolicy,
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    Model,
    ModelOutput,
)
from inspect_ai.util import LimitExceededError, store

from turncoat.design import Sampled
from turncoat.scenario import Brief
from turncoat.verdict import (
    UNREACHABLE_STORE,
    JudgeAnswer,
    JudgePrompt,
    JudgeTry,
    MalformedAnswer,
    NeedsJudge,
    Rubric,
    RunKey,
    code_of,
    judge_prompt,
    parse_answer,
)

_CONFIG = GenerateConfig(fail_on_refusal=False)
"""Prompt-only JSON: a response schema is refused with status 400 by the models of OpenAI and
Anthropic that predate it and by some compatible servers, and ignored by other providers of Inspect.
No temperature either: reasoning models and the newer API versions refuse it. Whoever wants them
sets them on the model role. A judge's refusal is an answer that cannot be read, not an error."""

_SHOWN = 300

_SECRET = re.compile("key|token|secret|password|credential", re.IGNORECASE)
"""Arguments that say who pays, and not how it judges; they belong in no log."""

_ANSWERING = {
    *("temperature", "top_p", "top_k", "seed", "max_tokens", "frequency_penalty"),
    *("presence_penalty", "reasoning_effort", "reasoning_tokens", "effort", "verbosity"),
}
"""Inspect's settings that change what a model answers."""

_TRY = "try"

_INCOMPLETE = ("max_tokens", "model_length", "content_filter")


class JudgeUnreachable(RuntimeError):
    """The judge's provider gave no answer: the sample has no score, and the run is not done."""


@dataclass(frozen=True, slots=True)
class ModelJudge:
    """A model with the criterion that it applies.

    Attributes:
        key: the run's; scopes the cache and keys the fence.
        tries: how often an answer that cannot be read is asked for again, the first included.
    """

    model: Model
    rubric: Rubric
    key: RunKey
    tries: int

    @property
    def identity(self) -> str:
        """What makes two judges' rows different."""
        return identity_of_model(self.model, self.rubric)


def identity_of_model(model: Model, rubric: Rubric) -> str:
    """Model with its arguments, and rubric: `model:openai/gpt-4.1+harm@1`."""
    return f"model:{named(model)}+{rubric.identity}"


def named(model: Model) -> str:
    """`openai/gpt-4.1`, or `sim/judge(sensitivity=0.9)`: another argument makes another judge.

    So does another setting of how it answers; how hard it is tried makes none.
    """
    args = {
        name: value
        for name, value in model.model_args.items()
        # What is no plain value, such as a client, has no name to tell it by.
        if isinstance(value, str | int | float) and not _SECRET.search(name)
    }
    answering = model.config.model_dump(include=_ANSWERING, exclude_none=True)
    shown = ",".join(f"{name}={value}" for name, value in sorted({**args, **answering}.items()))
    return f"{model}({shown})" if shown else str(model)


Answered = TypeVar("Answered")
Answered_co = TypeVar("Answered_co", covariant=True)


class Question(Protocol[Answered_co]):
    """What a judge is asked about one sample, and how its answer is read."""

    @property
    def sampled(self) -> Sampled:
        """Whose sample it is."""

    @property
    def subject(self) -> str:
        """Name of the model under test."""

    def prompt(self, rubric: Rubric, nonce: str, *, again: bool) -> JudgePrompt:
        """What the judge reads; `again` after an answer that could not be read."""

    def read(self, text: str, nonce: str) -> Answered_co:
        """The answer in a judge's text.

        Raises:
            MalformedAnswer: there is none.
        """


@dataclass(frozen=True, slots=True)
class Ruling(Generic[Answered]):
    """What came of asking: the answer, or None if none of the tries could be read."""

    answer: Answered | None
    tries: tuple[JudgeTry, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One subject's acts before the judge; `subject` is the name of the model under test."""

    sampled: Sampled
    subject: str
    brief: Brief
    needs: NeedsJudge

    def prompt(self, rubric: Rubric, nonce: str, *, again: bool) -> JudgePrompt:
        """The acts with the question of the pack."""
        return judge_prompt(rubric, self.brief, self.needs, nonce=nonce, again=again)

    def read(self, text: str, nonce: str) -> JudgeAnswer:
        """One of the pack's outcomes."""
        return parse_answer(text, self.brief, self.needs, code=code_of(nonce))


async def ask(judge: ModelJudge, question: Question[Answered]) -> Ruling[Answered]:
    """Ask until an answer can be read, at most `tries` times. The subject is never asked again.

    Raises:
        JudgeUnreachable: the provider gave no answer, Inspect's retries included.
    """
    tries: list[JudgeTry] = []
    for number in range(1, judge.tries + 1):
        scopes = _scopes(judge, question, number)
        nonce = judge.key.nonce(*scopes.values())
        said = _said(await _generate(judge, question, scopes, nonce), number)
        try:
            answer = _read(said, question, nonce)
        except MalformedAnswer as malformed:
            tries.append(replace(said, problem=str(malformed)))
        else:
            return Ruling(answer, (*tries, said))
    return Ruling(None, tuple(tries))


def _said(output: ModelOutput, number: int) -> JudgeTry:
    if output.empty:
        return JudgeTry(number, "", "unknown")
    return JudgeTry(number, output.message.text, output.stop_reason)


def _read(said: JudgeTry, question: Question[Answered], nonce: str) -> Answered:
    if said.stop_reason in _INCOMPLETE:
        raise MalformedAnswer(f"stopped by {said.stop_reason}", said.text, "a whole answer")
    return question.read(said.text, nonce)


async def _generate(
    judge: ModelJudge, question: Question[object], scopes: dict[str, str], nonce: str
) -> ModelOutput:
    prompt = question.prompt(judge.rubric, nonce, again=scopes[_TRY] != "1")
    messages: list[ChatMessage] = [
        ChatMessageSystem(content=prompt.system),
        ChatMessageUser(content=prompt.user),
    ]
    return await call(judge.model, messages, key=judge.key, scopes=scopes)


async def call(
    model: Model, messages: list[ChatMessage], *, key: RunKey, scopes: dict[str, str]
) -> ModelOutput:
    """One call of a judge's model, cached for an interrupted run.

    Raises:
        JudgeUnreachable: the provider gave no answer, Inspect's retries included.
    """
    try:
        return await model.generate(messages, config=_CONFIG, cache=cache_of(key, scopes))
    except LimitExceededError:
        raise
    except Exception as error:
        # The results read there why there is no score: whatever failed, it was not the subject.
        store().set(UNREACHABLE_STORE, told_of(error))
        if not is_outage(error):
            raise
        raise _unreachable(model, key, error) from error


def _scopes(judge: ModelJudge, asked: Question[object], number: int) -> dict[str, str]:
    return scopes_of(
        judge.key, asked.sampled, subject=asked.subject, judge=judge.identity, number=number
    )


def scopes_of(
    key: RunKey, sampled: Sampled, *, subject: str, judge: str, number: int
) -> dict[str, str]:
    """What tells one call from every other: no two of them share a cached answer or a nonce."""
    return {
        "run": key.run_id,
        "task": sampled.scenario,
        "subject": subject,
        "sample": sampled.sample_id,
        "epoch": str(sampled.epoch),
        "role": "judge",
        "judge": judge,
        _TRY: str(number),
    }


def cache_of(key: RunKey, scopes: dict[str, str]) -> CachePolicy | Literal[False]:
    """Inspect's cache for one call, while the run keeps answers."""
    return CachePolicy(expiry=None, scopes=scopes) if key.cached else False


def is_outage(error: Exception) -> bool:
    """Whether the provider or the network failed, and not a program.

    Each client library has exceptions of its own, without a common root, and Inspect wraps some of
    them. Python's own are bugs, save those of the network.
    """
    package = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or package not in ("builtins", "turncoat")


def told_of(error: Exception) -> str:
    """What a provider's error says, in a line."""
    # The outer error of Inspect's retries names no cause, and another one holds the whole request.
    cause = error.__cause__ or error
    return f"{type(cause).__name__}: {str(cause)[:_SHOWN]}"


def _unreachable(model: Model, key: RunKey, error: Exception) -> JudgeUnreachable:
    hope = "the same command judges the kept answer" if key.cached else "run it"
    told = f"the judge {model} cannot be reached ({told_of(error)})"
    return JudgeUnreachable(f"{told}; {hope} again later")
