"""The official clients against the laboratory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import anthropic
import openai
import pytest
from anthropic.types import Message, MessageParam

from laboratory import Fault, Laboratory, Outcome, Prompt, Rule

pytestmark = pytest.mark.filterwarnings(
    # The client warns of the age of models; these tests are about the wire.
    "ignore:The model .* is deprecated:DeprecationWarning"
)

CLAUDE = "claude-sonnet-4-5"
SYSTEM = "You are Alex.\n\n  Be brief. "
USER = "First “mail”:\n<email>…</email>\n"
ANSWER = "Four words, in all ✓"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a client makes of an answer."""

    text: str
    stop: str | None
    input_tokens: int
    output_tokens: int


class Talk(Protocol):
    """Sends SYSTEM and USER, with so many retries of the client's own."""

    def __call__(
        self, laboratory: Laboratory, *, retries: int = 0, timeout_s: float = 60.0
    ) -> Heard: ...


def talk_to_openai(laboratory: Laboratory, *, retries: int = 0, timeout_s: float = 60.0) -> Heard:
    with openai.OpenAI(
        base_url=laboratory.openai_base_url, api_key="k", max_retries=retries, timeout=timeout_s
    ) as client:
        completion = client.chat.completions.create(
            model="gpt-4.1",
            messages=[
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": USER},
            ],
            seed=7,
            temperature=1.0,
        )
    choice, usage = completion.choices[0], completion.usage
    assert usage is not None
    return Heard(
        choice.message.content or "",
        choice.finish_reason,
        usage.prompt_tokens,
        usage.completion_tokens,
    )


def heard_from(message: Message) -> Heard:
    text = "".join(block.text for block in message.content if block.type == "text")
    usage = message.usage
    return Heard(text, message.stop_reason, usage.input_tokens, usage.output_tokens)


def talk_to_anthropic(
    laboratory: Laboratory, *, retries: int = 0, timeout_s: float = 60.0
) -> Heard:
    with anthropic.Anthropic(
        base_url=laboratory.anthropic_base_url, api_key="k", max_retries=retries, timeout=timeout_s
    ) as client:
        messages: list[MessageParam] = [{"role": "user", "content": USER}]
        return heard_from(
            client.messages.create(model=CLAUDE, max_tokens=99, system=SYSTEM, messages=messages)
        )


def stream_from_anthropic(
    laboratory: Laboratory, *, retries: int = 0, timeout_s: float = 60.0
) -> Heard:
    with (
        anthropic.Anthropic(
            base_url=laboratory.anthropic_base_url,
            api_key="k",
            max_retries=retries,
            timeout=timeout_s,
        ) as client,
        client.messages.stream(
            model=CLAUDE,
            max_tokens=99,
            system=[{"type": "text", "text": SYSTEM}],
            messages=[{"role": "user", "content": [{"type": "text", "text": USER}]}],
        ) as stream,
    ):
        return heard_from(stream.get_final_message())


TALKS: list[Talk] = [talk_to_openai, talk_to_anthropic, stream_from_anthropic]
INPUT_TOKENS = len(SYSTEM.split()) + len(USER.split())


@pytest.fixture
def laboratory() -> Iterator[Laboratory]:
    with Laboratory(lambda _: ANSWER) as running:
        yield running


@pytest.mark.parametrize("talk", TALKS)
def test_an_answer_arrives_verbatim_and_is_counted(laboratory: Laboratory, talk: Talk) -> None:
    heard = talk(laboratory)
    assert heard.text == ANSWER
    assert heard.stop in ("stop", "end_turn")
    [count] = laboratory.counts()
    assert (count.requests, count.answered) == (1, 1)
    assert (heard.input_tokens, heard.output_tokens) == (INPUT_TOKENS, 5)
    assert (count.input_tokens, count.output_tokens) == (INPUT_TOKENS, 5)


def test_every_client_asks_the_same_prompt_byte_for_byte() -> None:
    prompts: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        prompts.append(prompt)
        return ANSWER

    with Laboratory(answer) as laboratory:
        for talk in TALKS:
            talk(laboratory)
    assert [(prompt.system, prompt.users) for prompt in prompts] == [(SYSTEM, (USER,))] * 3
    assert len({prompt.hash for prompt in prompts}) == 1
    assert {prompt.hash for prompt in prompts} == {
        request.prompt_hash for request in laboratory.requests()
    }


def test_the_settings_that_were_sent_are_kept(laboratory: Laboratory) -> None:
    talk_to_openai(laboratory)
    [request] = laboratory.requests()
    assert request.settings == {"seed": 7, "temperature": 1.0}


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize(
    ("fault", "text", "stops"),
    [
        (Fault.EMPTY, "", {"stop", "end_turn"}),
        (Fault.TRUNCATED, ANSWER[:10], {"length", "max_tokens"}),
        (Fault.FILTERED, "", {"content_filter", "refusal"}),
    ],
)
def test_a_fault_within_a_message_is_a_paid_answer(
    laboratory: Laboratory, talk: Talk, fault: Fault, text: str, stops: set[str]
) -> None:
    laboratory.set_faults(Rule(fault=fault))
    heard = talk(laboratory)
    assert heard.text == text
    assert heard.stop in stops
    [request] = laboratory.requests()
    assert (request.fault, request.outcome) == (fault, Outcome.ANSWERED)
    assert (request.input_tokens, request.output_tokens) == (INPUT_TOKENS, len(text.split()))


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        (Fault.RATE_LIMIT, {"RateLimitError"}),
        (Fault.SERVER_ERROR, {"InternalServerError"}),
        # Both clients let their parser's error through.
        (Fault.GARBAGE, {"JSONDecodeError", "AssertionError"}),
        (Fault.SILENT, {"APITimeoutError"}),
        (Fault.HANG_UP, {"APIConnectionError"}),
    ],
)
def test_a_fault_instead_of_a_message_is_an_error_and_is_not_paid(
    laboratory: Laboratory, talk: Talk, fault: Fault, errors: set[str]
) -> None:
    laboratory.set_faults(Rule(fault=fault, first=1))
    with pytest.raises(Exception) as caught:  # the libraries share no base class
        talk(laboratory, timeout_s=0.2 if fault is Fault.SILENT else 60.0)
    assert type(caught.value).__name__ in errors
    laboratory.wait_until(lambda requests: requests[0].outcome is Outcome.FAILED)
    [request] = laboratory.requests()
    assert (request.fault, request.output_tokens) == (fault, None)
    assert talk(laboratory).text == ANSWER


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.SERVER_ERROR])
@pytest.mark.parametrize("talk", TALKS)
def test_the_clients_own_retries_are_told_apart(
    laboratory: Laboratory, talk: Talk, fault: Fault
) -> None:
    laboratory.set_faults(Rule(fault=fault, first=2))
    assert talk(laboratory, retries=2).text == ANSWER
    assert [request.retry for request in laboratory.requests()] == [0, 1, 2]
    assert not laboratory.duplicates()


@pytest.mark.parametrize("talk", TALKS)
def test_the_same_prompt_answered_twice_is_a_duplicate(laboratory: Laboratory, talk: Talk) -> None:
    talk(laboratory)
    laboratory.set_faults(Rule(fault=Fault.RATE_LIMIT, first=1))
    talk(laboratory, retries=1)
    assert [request.number for request in laboratory.duplicates()] == [2]


@pytest.mark.parametrize("talk", TALKS)
def test_a_client_that_waits_is_let_go_when_the_laboratory_closes(talk: Talk) -> None:
    with ThreadPoolExecutor(1) as pool:
        with Laboratory(lambda _: ANSWER) as running:
            running.set_faults(Rule(fault=Fault.SILENT))
            heard = pool.submit(talk, running)
            running.wait_until(lambda requests: len(requests) == 1)
        assert isinstance(
            heard.exception(), (openai.APIConnectionError, anthropic.APIConnectionError)
        )


def test_what_the_answering_function_raises_is_told_and_not_retried() -> None:
    def answer(prompt: Prompt) -> str:
        raise KeyError(prompt.model)

    with Laboratory(answer) as laboratory:
        with pytest.raises(openai.BadRequestError, match=r"raised KeyError\('gpt-4.1'\)"):
            talk_to_openai(laboratory, retries=2)
        with pytest.raises(anthropic.BadRequestError, match="raised KeyError"):
            talk_to_anthropic(laboratory, retries=2)
        assert [request.outcome for request in laboratory.requests()] == [Outcome.FAILED] * 2


def test_what_the_laboratory_does_not_serve_is_refused(laboratory: Laboratory) -> None:
    with openai.OpenAI(base_url=laboratory.openai_base_url, api_key="k") as client:
        with pytest.raises(openai.NotFoundError, match="does not serve /v1/responses"):
            client.responses.create(model="gpt-5", input="Hello")
        with pytest.raises(openai.NotFoundError, match="does not serve /v1/models"):
            client.models.list()
        with pytest.raises(openai.BadRequestError, match="cannot read this"):
            client.chat.completions.create(
                model="gpt-4.1", messages=[{"role": "user", "content": "Hello"}], stream=True
            )
    assert laboratory.requests() == ()


def test_the_environment_alone_leads_both_clients_here_past_a_proxy(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in laboratory.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with openai.OpenAI(max_retries=0) as client:
        client.chat.completions.create(
            model="gpt-4.1", messages=[{"role": "user", "content": "Hello"}]
        )
    with anthropic.Anthropic(max_retries=0) as anthropic_client:
        anthropic_client.messages.create(
            model=CLAUDE, max_tokens=9, messages=[{"role": "user", "content": "Hello"}]
        )
    assert [count.provider for count in laboratory.counts()] == ["openai", "anthropic"]
