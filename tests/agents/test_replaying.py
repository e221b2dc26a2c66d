"""A transcript from elsewhere stands in a sample as if it had been generated."""

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, eval  # noqa: A004 - its name in Inspect
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalSample

from turncoat.agents import replaying

ASKED = {"role": "user", "content": "Mail."}
SAID = {"role": "assistant", "content": "First."}
THEN = {"role": "assistant", "content": "Then."}


def replayed(folder: Path, messages: list[dict[str, Any]], stop_reason: str = "stop") -> EvalSample:
    metadata = {"messages": messages, "stop_reason": stop_reason}
    dataset = MemoryDataset([Sample(id="0", input="line 1", metadata=metadata)])
    [log] = eval(
        Task(dataset=dataset, solver=replaying()), model=None, log_dir=str(folder), display="none"
    )
    [sample] = log.samples or []
    return sample


@pytest.mark.parametrize(
    ("messages", "last"),
    [([SAID], "First."), ([ASKED, SAID], "First."), ([SAID, ASKED, THEN], "Then.")],
)
def test_the_recorded_messages_are_the_sample_s(
    messages: list[dict[str, Any]], last: str, tmp_path: Path
) -> None:
    sample = replayed(tmp_path, messages)
    assert [(m.role, m.text) for m in sample.messages] == [
        (m["role"], m["content"]) for m in messages
    ]
    assert sample.output.completion == last
    assert sample.output.message.id == sample.messages[-1].id


def test_no_model_is_asked(tmp_path: Path) -> None:
    sample = replayed(tmp_path, [SAID])
    assert not any(isinstance(event, ModelEvent) for event in sample.events)


@pytest.mark.parametrize("stop_reason", ["stop", "max_tokens", "content_filter"])
def test_why_the_subject_stopped_is_kept(stop_reason: str, tmp_path: Path) -> None:
    assert replayed(tmp_path, [SAID], stop_reason).output.stop_reason == stop_reason
