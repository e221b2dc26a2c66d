"""The prompted interface: one question, one answer, and whose answer it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai import Epochs, Task, eval  # noqa: A004 - its name in Inspect
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessage, ModelOutput, ModelUsage, get_model

from turncoat.agents import prompted
from turncoat.design import SAMPLE_STORE, Sampled
from turncoat.verdict import RunKey

UNCACHED = RunKey("run", b"of nobody's guess")
CACHED = replace(UNCACHED, cached=True)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))


def counting(stop_reason: str = "stop") -> Callable[..., ModelOutput]:
    """A model whose answers are numbered over all calls."""
    asked: list[list[ChatMessage]] = []

    def answer(messages: list[ChatMessage], *_: object) -> ModelOutput:
        asked.append(messages)
        said = ModelOutput.from_content("mockllm/model", f"answer {len(asked)}")
        said.choices[0].stop_reason = stop_reason  # type: ignore[assignment]  # a literal of Inspect's
        # Without usage the mock model fetches a tokenizer.
        said.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return said

    return answer


def ask(
    folder: Path,
    answer: Callable[..., ModelOutput],
    *,
    key: RunKey = CACHED,
    name: str = "subject",
    samples: tuple[str, ...] = ("goal=none.form=1",),
    scenario: str = "coercion",
    epochs: int = 1,
) -> list[EvalSample]:
    metadata = {"scenario": scenario}
    task = Task(
        dataset=MemoryDataset([Sample(id=i, input="Mail.", metadata=metadata) for i in samples]),
        solver=prompted(key),
        epochs=Epochs(epochs),
    )
    model = get_model(f"mockllm/{name}", custom_outputs=answer, memoize=False)
    [log] = eval(task, model=model, log_dir=str(folder), display="none")
    assert log.status == "success"
    return log.samples or []


def answers(said: list[EvalSample]) -> set[str]:
    return {sample.output.completion for sample in said}


def test_one_question_and_its_answer(tmp_path: Path) -> None:
    [sample] = ask(tmp_path, counting(), key=UNCACHED)
    assert [(m.role, m.text) for m in sample.messages] == [
        ("user", "Mail."),
        ("assistant", "answer 1"),
    ]


def test_the_store_says_which_sample_it_is(tmp_path: Path) -> None:
    for sample in ask(tmp_path, counting(), samples=("a.form=1", "b.form=1"), epochs=2):
        noted = Sampled(**sample.store[SAMPLE_STORE])
        assert noted == Sampled("coercion", str(sample.id), sample.epoch)


def test_a_kept_answer_is_not_paid_for_twice_in_its_run(tmp_path: Path) -> None:
    answer = counting()
    first, again = (ask(tmp_path, answer, epochs=3) for _ in range(2))
    assert answers(first) == answers(again) == {"answer 1", "answer 2", "answer 3"}


def test_samples_and_epochs_with_one_prompt_never_share_an_answer(tmp_path: Path) -> None:
    said = ask(tmp_path, counting(), samples=tuple(f"a.form={n}" for n in range(8)), epochs=3)
    assert len(answers(said)) == len(said) == 24


@pytest.mark.parametrize(
    "other",
    [
        {"key": replace(CACHED, run_id="another")},
        {"name": "another"},
        {"scenario": "leak"},
        {"samples": ("goal=none.form=2",)},
        {"key": UNCACHED},
    ],
    ids=["run", "subject", "scenario", "sample", "no cache"],
)
def test_another_call_is_asked_anew(other: dict[str, object], tmp_path: Path) -> None:
    answer = counting()
    assert answers(ask(tmp_path, answer)) == {"answer 1"}
    assert answers(ask(tmp_path, answer, **other)) == {"answer 2"}  # type: ignore[arg-type]  # a column a case


def test_what_the_provider_filtered_is_asked_anew(tmp_path: Path) -> None:
    answer = counting("content_filter")
    assert answers(ask(tmp_path, answer)) == {"answer 1"}
    assert answers(ask(tmp_path, answer)) == {"answer 2"}
