"""The composition root: scenario x conditions x forms + agent + judge -> an Inspect Task.

Read this file first. It is the whole experiment in the order in which it happens.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from secrets import token_bytes, token_hex

from inspect_ai import Epochs, Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, Model

from turncoat.agents import prompted
from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.reference import reference_names
from turncoat.design import (
    Frozen,
    Plan,
    SampleKey,
    role_of,
    sample_key,
)
from turncoat.judges import (
    JudgeKind,
    Settings,
    also_from,
    require_role,
    scorers_of,
)
from turncoat.models import register
from turncoat.scenario import Brief, Scenario, render
from turncoat.verdict import PanelRule, RunKey

DEFAULT_FORMS = 20
STUDY = "study"
"""Key of a task's metadata: the study that it is run for."""


def scenario_task(
    scenario: Scenario,
    plan: Plan,
    settings: Settings,
    *,
    model: str | Model | None = None,
    study: Frozen | None = None,
) -> Task:
    """A scenario under the plan's conditions and forms, as one Inspect task.

    The plan stands in the dataset and in no task argument: Inspect knows a task by its arguments,
    and a run must be able to grow. The study that it is run for, if any, stands in every log.
    """
    brief = briefs(scenario)
    samples = [sample(scenario, key, brief(key.id)) for key in plan.sample_keys()]
    return Task(
        name=scenario.name,
        version=scenario.pack_hash[:12],
        dataset=MemoryDataset(samples, name=scenario.name),
        solver=prompted(settings.key),
        scorer=scorers_of(scenario, brief, settings),
        epochs=Epochs(plan.epochs),
        model=model,
        config=settings.config,
        # An outage must not end the run, and must not look like success either: the samples that
        # failed stay errors, and the same command runs them again.
        fail_on_error=True,
        continue_on_fail=True,
        metadata={**task_metadata(scenario), **({STUDY: asdict(study)} if study else {})},
        display_name=scenario.title,
    )


def sample(scenario: Scenario, key: SampleKey, brief: Brief) -> Sample:
    """One condition in one form: what the subject reads, and which cell it belongs to."""
    register(scenario, brief)
    return Sample(
        id=key.id,
        input=[ChatMessageSystem(content=brief.system), ChatMessageUser(content=brief.inbox)],
        metadata={**sample_metadata(scenario, key), "prompt_hash": brief.prompt_hash},
    )


def sample_metadata(scenario: Scenario, key: SampleKey) -> dict[str, object]:
    """Which cell a sample belongs to."""
    return {
        "scenario": scenario.name,
        **key.condition.levels,
        "form": key.form,
        "role": role_of(key.condition),
    }


def briefs(scenario: Scenario) -> Callable[[str], Brief]:
    """The brief behind a sample id; in a large run it is rendered again when it is judged."""

    @lru_cache(maxsize=1024)
    def brief(sample_id: str) -> Brief:
        key = sample_key(sample_id)
        return render(scenario, key.condition, key.form)

    return brief


def task_metadata(scenario: Scenario) -> dict[str, object]:
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
        forms: int = DEFAULT_FORMS,
        judge: JudgeKind = "model",
        panel: PanelRule = "majority",
        also: str | list[str] = "",
        **where: str | list[str],
    ) -> Task:
        """A turncoat scenario.

        Args:
            forms: surface forms, each a cluster in the statistics.
            judge: `model` (needs `--model-role judge=...`) or `rules`.
            panel: `majority` or `unanimity`, where the role has several models.
            also: what is measured beside the verdict, e.g. `-T also=conduct,awareness`.
            **where: levels of a factor, e.g. `-T threat=replacement,none`.
        """
        beside = also_from(also if isinstance(also, str) else ",".join(also))
        require_role(judge, beside)
        chosen = {f: tuple(v.split(",") if isinstance(v, str) else v) for f, v in where.items()}
        scenario, key = load_scenario(name), RunKey(token_hex(8), token_bytes(32))
        plan = scenario.space.plan(scenario.space.conditions(chosen), forms=forms)
        return scenario_task(scenario, plan, Settings(key, judge=judge, panel=panel, also=beside))

    return scenario_by_name
