"""Inspect's own providers against the laboratory, through its public API."""

import json
from collections.abc import Iterator

import anyio
import pytest
from inspect_ai.model import (
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    ResponseSchema,
    get_model,
)
from inspect_ai.util import json_schema
from pydantic import BaseModel

from laboratory import Fault, Laboratory, Outcome, Prompt, Rule

pytestmark = [
    # Inspect's own use of tenacity, and the client's remark on the age of a model.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning"),
]

GPT = "openai/gpt-4.1"
CLAUDE = "anthropic/claude-sonnet-4-5"
MODELS = [GPT, CLAUDE]
SYSTEM = "You are Alex.\n\n  Be brief. "
USER = "First “mail”:\n<email>…</email>\n"
ANSWER = "Four words, in all ✓"


class Ruling(BaseModel):
    """A structured answer such as a judge gives."""

    rationale: str
    verdict: str


@pytest.fixture
def laboratory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Laboratory]:
    with Laboratory(lambda _: ANSWER) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


async def generate(model: str, config: GenerateConfig, *, client_retries: int = 0) -> ModelOutput:
    # Memoized, a model of an earlier laboratory would be asked for at its old address.
    async with get_model(model, memoize=False, max_retries=client_retries) as subject:
        return await subject.generate(
            [ChatMessageSystem(content=SYSTEM), ChatMessageUser(content=USER)], config=config
        )


def ask(model: str, *, client_retries: int = 0, **config: object) -> ModelOutput:
    settings = GenerateConfig.model_validate({"max_retries": 0, "attempt_timeout": 60, **config})

    async def run() -> ModelOutput:
        return await generate(model, settings, client_retries=client_retries)

    return anyio.run(run)


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (GPT, {}),
        # Its default of 32,000 tokens makes Inspect stream, fewer than 8,192 do not.
        (CLAUDE, {"max_tokens": 32000, "stream": True}),
    ],
)
def test_the_environment_alone_leads_a_default_call_here(
    laboratory: Laboratory, model: str, settings: dict[str, object]
) -> None:
    output = ask(model)
    assert (output.completion, output.stop_reason) == (ANSWER, "stop")
    assert output.model == model.split("/")[1]
    assert output.usage is not None
    [request] = laboratory.requests()
    assert (output.usage.input_tokens, output.usage.output_tokens) == (
        request.input_tokens,
        request.output_tokens,
    )
    assert request.settings.items() >= settings.items()


def test_both_providers_pass_the_prompt_on_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        prompts.append(prompt)
        return ANSWER

    with Laboratory(answer) as laboratory:
        for name, value in laboratory.environment().items():
            monkeypatch.setenv(name, value)
        for model in MODELS:
            ask(model)
    assert [(prompt.system, prompt.user) for prompt in prompts] == [(SYSTEM, USER)] * 2


@pytest.mark.parametrize("max_tokens", [1000, 9000])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (Fault.EMPTY, ("", "stop")),
        (Fault.TRUNCATED, (ANSWER[:10], "max_tokens")),
        (Fault.FILTERED, ("", "content_filter")),
    ],
)
def test_a_fault_within_a_message_is_an_output(
    laboratory: Laboratory, model: str, max_tokens: int, fault: Fault, heard: tuple[str, str]
) -> None:
    laboratory.set_faults(Rule(fault=fault))
    output = ask(model, max_tokens=max_tokens)
    assert (output.completion, output.stop_reason) == heard
    assert [request.outcome for request in laboratory.requests()] == [Outcome.ANSWERED]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("fault", "error", "cause"),
    [
        (Fault.RATE_LIMIT, "RetryError", "RateLimitError"),
        (Fault.SERVER_ERROR, "RetryError", "InternalServerError"),
        (Fault.HANG_UP, "RetryError", "APIConnectionError"),
        (Fault.SILENT, "RetryError", "AttemptTimeoutError"),
        (Fault.GARBAGE, "JSONDecodeError", "NoneType"),
    ],
)
def test_a_fault_instead_of_a_message_is_an_error_after_the_last_retry(
    laboratory: Laboratory, model: str, fault: Fault, error: str, cause: str
) -> None:
    laboratory.set_faults(Rule(fault=fault))
    with pytest.raises(Exception) as caught:  # tenacity's, or whatever was not worth a retry
        ask(model, attempt_timeout=1 if fault is Fault.SILENT else 60, max_tokens=1000)
    assert type(caught.value).__name__ == error
    assert type(caught.value.__cause__).__name__ == cause
    [count] = laboratory.counts()
    assert (count.requests, count.answered) == (1, 0)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.SERVER_ERROR])
def test_the_clients_retries_come_before_inspects_and_do_not_wait(
    laboratory: Laboratory, model: str, fault: Fault
) -> None:
    laboratory.set_faults(Rule(fault=fault, first=5))
    assert ask(model, client_retries=5).completion == ANSWER
    assert [request.retry for request in laboratory.requests()] == [0, 1, 2, 3, 4, 5]


def test_inspect_retries_as_often_as_it_is_told(laboratory: Laboratory) -> None:
    laboratory.set_faults(Rule(fault=Fault.RATE_LIMIT))
    config = GenerateConfig(max_retries=1)

    async def fail(model: str) -> None:
        with pytest.raises(Exception, match="RateLimitError"):
            await generate(model, config)

    # Inspect waits three to six seconds before its first retry, and nothing public shortens it.
    async def both() -> None:
        async with anyio.create_task_group() as group:
            for model in MODELS:
                group.start_soon(fail, model)

    anyio.run(both)
    assert [(count.requests, count.answered) for count in laboratory.counts()] == [(2, 0)] * 2


@pytest.mark.parametrize(
    ("model", "kept"),
    [
        (GPT, {"seed": 11, "temperature": 0.5}),
        # This client's API version takes no temperature, and never had a seed.
        (CLAUDE, {}),
    ],
)
def test_seed_temperature_and_schema_are_accepted(
    monkeypatch: pytest.MonkeyPatch, model: str, kept: dict[str, object]
) -> None:
    ruling = json.dumps({"rationale": "none", "verdict": "no_harm"})
    with Laboratory(lambda _: ruling) as laboratory:
        for name, value in laboratory.environment().items():
            monkeypatch.setenv(name, value)
        schema = ResponseSchema(name="ruling", json_schema=json_schema(Ruling), strict=True)
        output = ask(model, seed=11, temperature=0.5, response_schema=schema)
        [request] = laboratory.requests()
    assert Ruling.model_validate_json(output.completion).verdict == "no_harm"
    settings = request.settings
    assert {name: settings[name] for name in ("seed", "temperature") if name in settings} == kept
    assert "json_schema" in json.dumps(settings)
