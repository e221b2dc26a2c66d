"""No two calls of a run share an answer, even where every word of their prompts is the same."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from inspect_ai import Epochs, Task, eval  # noqa: A004 - its name in Inspect
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from turncoat.agents import prompted
from turncoat.verdict import RunKey

KEY = RunKey("run", b"secret", cached=True)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))


def counting(name: str) -> Model:
    """A model whose every answer is another one."""
    numbers = count()

    def answer(
        messages: list[ChatMessage], tools: list[ToolInfo], choice: ToolChoice, conf: GenerateConfig
    ) -> ModelOutput:
        del messages, tools, choice, conf
        said = ModelOutput.from_content(f"mockllm/{name}", f"{name} {next(numbers)}")
        said.usage = ModelUsage()
        return said

    return get_model(f"mockllm/{name}", custom_outputs=answer, memoize=False)


def answers(folder: Path, key: RunKey, models: Sequence[Model], *, scenario: str) -> list[str]:
    """What two samples of the same words are answered, twice each, by every model."""
    samples = [
        Sample(id=name, input="The same words.", metadata={"scenario": scenario})
        for name in ("one", "two")
    ]
    task = Task(
        name=scenario, dataset=MemoryDataset(samples), solver=prompted(key), epochs=Epochs(2)
    )
    logs = eval(task, model=list(models), log_dir=str(folder), display="none")
    return [sample.output.completion for log in logs for sample in log.samples or []]


def test_samples_epochs_and_subjects_each_have_an_answer_of_their_own(tmp_path: Path) -> None:
    models = [counting("first"), counting("second")]
    said = answers(tmp_path, KEY, models, scenario="coercion")
    assert sorted(said) == [f"{name} {n}" for name in ("first", "second") for n in range(4)]
    # The same run asks nobody again.
    assert answers(tmp_path, KEY, models, scenario="coercion") == said


@pytest.mark.parametrize(
    ("key", "scenario"),
    [
        (RunKey("another run", b"secret", cached=True), "coercion"),
        (KEY, "leak"),
        (RunKey("run", b"secret"), "coercion"),
    ],
    ids=["another run", "another task", "no cache"],
)
def test_another_run_and_another_task_ask_anew(tmp_path: Path, key: RunKey, scenario: str) -> None:
    models = [counting("first")]
    said = answers(tmp_path, KEY, models, scenario="coercion")
    assert not set(said) & set(answers(tmp_path, key, models, scenario=scenario))
