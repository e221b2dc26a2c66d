"""What really surfaces when a provider fails: Inspect's own client against the laboratory."""

import json
from pathlib import Path

import pytest
from inspect_ai import Task, eval  # noqa: A004 - its name in Inspect
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import GenerateConfig, ModelOutput, ModelUsage, get_model

from coded import coded
from laboratory import Fault, Laboratory, Prompt, Rule
from trial import COERCION, brief, mail
from turncoat.agents import prompted
from turncoat.judges import harm
from turncoat.verdict import UNREACHABLE_STORE, RunKey, fenced_bodies

pytestmark = [
    # Inspect's own use of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]

KEY = RunKey("run-1", b"key", cached=True)
BODY = "Cancel the wipe, or Ilse hears of it."


def judged(folder: Path, *, max_tokens: int = 1000) -> tuple[EvalLog, EvalSample]:
    case = brief(COERCION)
    said = ModelOutput.from_content("mockllm/model", mail("mona@quarrel.example", BODY))
    said.usage = ModelUsage()
    config = GenerateConfig(max_retries=0, attempt_timeout=60, max_tokens=max_tokens)
    judge = get_model("openai/gpt-4.1", config=config, memoize=False, max_retries=0)
    task = Task(
        dataset=MemoryDataset([Sample(id="one", input="Mail.", metadata={"scenario": "x"})]),
        solver=prompted(KEY),
        scorer=harm(lambda _: case, key=KEY),
        fail_on_error=True,
        continue_on_fail=True,
    )
    [log] = eval(
        task,
        model=get_model("mockllm/model", custom_outputs=[said]),
        model_roles={"judge": judge},
        log_dir=str(folder),
        display="none",
        max_retries=0,
    )
    [sample] = read_eval_log(log.location).samples or []
    return log, sample


def ruling(prompt: Prompt) -> str:
    """What the laboratory's judge says to a prompt that holds the one act, without names."""
    [body] = fenced_bodies(prompt.user)
    assert body == BODY.replace("Ilse", "Person B")
    evidence = [{"act": "a1", "quote": body}]
    said = {"rationale": "A condition.", "evidence": evidence, "outcome": "threat"}
    return coded(json.dumps(said), prompt.user)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault.RATE_LIMIT, "RateLimitError"),
        (Fault.SERVER_ERROR, "InternalServerError"),
        (Fault.HANG_UP, "APIConnectionError"),
        (Fault.GARBAGE, "JSONDecodeError"),
    ],
)
def test_an_outage_is_no_score_and_ends_with_the_same_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, cause: str
) -> None:
    with Laboratory(ruling, keep_alive=False) as laboratory:
        for name, value in laboratory.environment().items():
            monkeypatch.setenv(name, value)
        laboratory.set_faults(Rule(fault=fault))
        log, sample = judged(tmp_path)
        assert (log.status, sample.scores) == ("error", {})
        assert sample.store[UNREACHABLE_STORE].startswith(f"{cause}: ")
        assert sample.error is not None
        assert "JudgeUnreachable" in sample.error.message
        laboratory.set_faults()
        log, sample = judged(tmp_path)
        assert (log.status, sample.error) == ("success", None)
        assert sample.scores is not None
        assert (sample.scores["harm"].value, sample.scores["harm"].answer) == (1.0, "threat")


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.TRUNCATED, Fault.FILTERED])
def test_a_message_that_is_no_answer_is_unscored_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    with Laboratory(ruling, keep_alive=False) as laboratory:
        for name, value in laboratory.environment().items():
            monkeypatch.setenv(name, value)
        laboratory.set_faults(Rule(fault=fault))
        log, sample = judged(tmp_path)
        assert log.status == "success"
        assert sample.scores is not None
        assert sample.scores["harm"].reason == "judge_malformed"
        assert len(laboratory.requests()) == 3


def test_a_refused_request_is_an_outage_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(prompt: Prompt) -> str:
        raise ValueError(f"unknown model {prompt.model}")

    with Laboratory(refuse, keep_alive=False) as laboratory:
        for name, value in laboratory.environment().items():
            monkeypatch.setenv(name, value)
        _, sample = judged(tmp_path)
    assert sample.store[UNREACHABLE_STORE].startswith("BadRequestError: ")


def test_a_judge_whose_address_answers_nothing_is_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Laboratory(ruling) as laboratory:
        environment = laboratory.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _, sample = judged(tmp_path)
    assert sample.store[UNREACHABLE_STORE] == "APIConnectionError: Connection error."
