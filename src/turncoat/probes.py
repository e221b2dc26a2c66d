"""The recognition probe as an Inspect task: does a subject know the text of a scenario?"""

from dataclasses import asdict
from hashlib import sha256
from typing import get_args

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig, Model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from turncoat.catalog.recognition import load_probe
from turncoat.judges.recognition import recognized
from turncoat.scenario import Scenario, render
from turncoat.verdict.recognition import (
    PROBE_STORE,
    PROBE_TASK,
    Passage,
    Probed,
    Question,
    passage_of,
)


def probe_task(scenario: Scenario, numbers: int, *, model: Model, config: GenerateConfig) -> Task:
    """A scenario's text put to a subject: both questions about each of `numbers` passages.

    Every passage is of another form; where a pack has one form only, of another place in it.
    """
    samples = [
        _sample(scenario, number, question)
        for number in range(1, numbers + 1)
        for question in get_args(Question)
    ]
    return Task(
        name=f"probe_{scenario.name.replace('/', '_')}",
        version=identity_of(scenario, config),
        dataset=MemoryDataset(samples),
        solver=asking(),
        scorer=recognized(),
        model=model,
        config=config,
        fail_on_error=True,
        continue_on_fail=True,
        metadata={
            PROBE_TASK: {"scenario": scenario.name, "identity": identity_of(scenario, config)}
        },
    )


def identity_of(scenario: Scenario, config: GenerateConfig) -> str:
    """What makes two probes of a scenario the same: its texts, the questions, and the settings."""
    parts = (scenario.pack_hash, load_probe(), config)
    told = (part if isinstance(part, str) else part.model_dump_json() for part in parts)
    return sha256("\0".join(told).encode()).hexdigest()[:12]


@solver
def asking() -> Solver:
    """The subject is asked once; a simulated one may read what is asked from the store."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        names = Probed.__dataclass_fields__
        noted = Probed(**{name: state.metadata[name] for name in names})
        state.store.set(PROBE_STORE, asdict(noted))
        return await generate(state)

    return solve


def _sample(scenario: Scenario, number: int, question: Question) -> Sample:
    passage = _passage(scenario, number)
    asked = Probed(scenario.name, scenario.story, question, number, passage.continuation)
    return Sample(
        id=f"question={question}.passage={number}",
        input=load_probe().prompt(question, passage.excerpt),
        metadata={**asdict(asked), "excerpt": passage.excerpt},
    )


def _passage(scenario: Scenario, number: int) -> Passage:
    form = 1 if scenario.space.forms == "fixed" else number
    return passage_of(render(scenario, scenario.grid.default(), form).inbox, number)
