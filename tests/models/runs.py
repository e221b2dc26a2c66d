"""Runs of the whole pipeline on simulated models."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from inspect_ai import eval  # noqa: A004 - its name in Inspect
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import get_model

from turncoat.catalog import load_scenario, scenario_names
from turncoat.design import Plan, sample_key
from turncoat.judges import JudgeKind, Settings
from turncoat.models import Case
from turncoat.results import read_observations
from turncoat.tasks import scenario_task
from turncoat.verdict import Judgment, RunKey

KEY = RunKey("simulated", b"of nobody's guess")


@dataclass(frozen=True)
class Simulation:
    """What a simulated run left behind."""

    logs: tuple[EvalLog, ...]
    table: pd.DataFrame

    @property
    def samples(self) -> list[EvalSample]:
        return [sample for log in self.logs for sample in log.samples or ()]


@dataclass(frozen=True)
class Setup:
    """Who is asked, who judges, and in which scenarios."""

    subject: str
    plan: Plan
    judge: JudgeKind = "model"
    scenarios: Sequence[str] = scenario_names()
    seed: int = 0
    accuracy: float = 1.0


def simulate(folder: Path, setup: Setup) -> Simulation:
    subject = get_model(f"sim/{setup.subject}", seed=setup.seed)
    judge = get_model("sim/judge", sensitivity=setup.accuracy, specificity=setup.accuracy)
    settings = Settings(KEY, judge=setup.judge)
    logs = eval(
        [scenario_task(load_scenario(name), setup.plan, settings) for name in setup.scenarios],
        model=subject,
        model_roles={"judge": judge} if setup.judge == "model" else None,
        log_dir=str(folder),
        display="none",
        max_tasks=len(setup.scenarios),
        log_realtime=False,
    )
    return Simulation(tuple(logs), read_observations(folder))


def case_of_sample(sample: EvalSample) -> Case:
    key = sample_key(str(sample.id))
    return Case(load_scenario(sample.metadata["scenario"]), key.condition, key.form)


def judgment(sample: EvalSample) -> Judgment:
    [score] = (sample.scores or {}).values()
    return Judgment.model_validate(score.metadata)
