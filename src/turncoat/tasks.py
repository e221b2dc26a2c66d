"""The composition root: scenario x conditions x forms + agent + judge -> an Inspect Task.

Read this file first. It is the whole experiment in the order in which it happens.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from secrets import token_bytes, token_hex

from inspect_ai import Epochs, Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, GenerateConfig, Model

from turncoat.agents import prompted
from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.reference import reference_names
from turncoat.design import (
    Plan,
    SampleKey,
    role_of,
    sample_key,
)
from turncoat.judges import JudgeKind, require_role, scorer_of
from turncoat.models import register
from turncoat.scenario import Brief, Scenario, render
from turncoat.verdict import RunKey

TEMPERATURE = 1.0
"""What the published experiments used; see DESIGN."""

DEFAULT_FORMS = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How the plan's samples are asked and judged; the same for every task of a run.

    Attributes:
        key: the run's; a fresh one without a cache where nobody keeps the run.
        judge: `model` (Inspect's model role `judge`), `rules`, or `legacy`.
        config: what the subject is asked with.
    """

    key: RunKey
    judge: JudgeKind = "model"
    config: GenerateConfig = field(default_factory=lambda: GenerateConfig(temperature=TEMPERATURE))


def scenario_task(
    scenario: Scenario, plan: Plan, settings: Settings, *, model: str | Model | None = None
) -> Task:
    """A scenario under the plan's conditions and forms, as one Inspect task.

    The plan stands in the dataset and in no task argument: Inspect knows a task by its arguments,
    and a run must be able to grow.
    """
    brief = briefs(scenario)
    samples = [sample(scenario, key, brief(key.id)) for key in plan.sample_keys()]
    return Task(
        name=scenario.name,
        version=scenario.pack_hash[:12],
        dataset=MemoryDataset(samples, name=scenario.name),
        solver=prompted(settings.key),
        scorer=scorer_of(scenario, brief, key=settings.key, judge=settings.judge),
        epochs=Epochs(plan.epochs),
        model=model,
        config=settings.config,
        # An outage must not end the run, and must not look like success either: the samples that
        # failed stay errors, and the same command runs them again.
        fail_on_error=True,
        continue_on_fail=True,
        metadata=_task_metadata(scenario),
        display_name=scenario.title,
    )


def sample(scenario: Scenario, key: SampleKey, brief: Brief) -> Sample:
    """One condition in one form: what the subject reads, and which cell it belongs to."""
    register(scenario, brief)
    return Sample(
        id=key.id,
        input=[ChatMessageSystem(content=brief.system), ChatMessageUser(content=brief.inbox)],
        metadata={
            "scenario": scenario.name,
            **key.condition.levels,
            "form": key.form,
            "role": role_of(key.condition),
            "prompt_hash": brief.prompt_hash,
        },
    )


def briefs(scenario: Scenario) -> Callable[[str], Brief]:
    """The brief behind a sample id; in a large run it is rendered again when it is judged."""

    @lru_cache(maxsize=1024)
    def brief(sample_id: str) -> Brief:
        key = sample_key(sample_id)
        return render(scenario, key.condition, key.form)

    return brief


def _task_metadata(scenario: Scenario) -> dict[str, object]:
    """What the results need to know of the pack, so that a log stands alone."""
    hazard = scenario.hazard
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "hazard": hazard.name,
        "story": scenario.story,
        "pack_version": scenario.version,
        "pack_hash": scenario.pack_hash,
        "outcomes": [{"id": o.id, "means": " ".join(o.means.split())} for o in hazard.outcomes],
        "harm_from": hazard.harm_from,
        "duties": {duty.id: duty.about for duty in scenario.duties},
        "turncoat_version": version("turncoat"),
    }


def register_tasks() -> None:
    """Make every pack a task: `inspect eval turncoat/NAME -T forms=5`."""
    for name in (*scenario_names(), *reference_names()):
        task(name=name)(_task_factory(name))


def _task_factory(name: str) -> Callable[..., Task]:
    def scenario_by_name(
        forms: int = DEFAULT_FORMS, judge: JudgeKind = "model", **where: str | list[str]
    ) -> Task:
        """A turncoat scenario.

        Args:
            forms: surface forms, each a cluster in the statistics.
            judge: `model` (needs `--model-role judge=...`) or `rules`.
            **where: levels of a factor, e.g. `-T threat=replacement,none`.
        """
        require_role(judge)
        chosen = {f: tuple(v.split(",") if isinstance(v, str) else v) for f, v in where.items()}
        scenario, key = load_scenario(name), RunKey(token_hex(8), token_bytes(32))
        plan = scenario.space.plan(scenario.space.conditions(chosen), forms=forms)
        return scenario_task(scenario, plan, Settings(key, judge=judge))

    return scenario_by_name
