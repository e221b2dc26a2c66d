"""turncoat: would this agent turn on the people who deployed it?

The public surface, loaded when it is first used: `import turncoat` alone imports nothing heavy.

    from turncoat import analyze, read_run
    run = read_run("runs/coercion/logs")
    for cell in analyze(run.observations, outcomes=run.outcomes).cells:
        print(cell.key.model, cell.role, cell.rate)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from turncoat.analysis import Analysis, analyze
    from turncoat.catalog import load_pack, load_scenario, scenario_names
    from turncoat.design import Condition, Plan, condition
    from turncoat.judges import Settings
    from turncoat.report import build_report
    from turncoat.results import Run, read_run
    from turncoat.scenario import Scenario, render
    from turncoat.tasks import scenario_task

_HOMES = {
    "Analysis": "analysis",
    "Condition": "design",
    "Plan": "design",
    "Run": "results",
    "Scenario": "scenario",
    "Settings": "judges",
    "analyze": "analysis",
    "build_report": "report",
    "condition": "design",
    "load_pack": "catalog",
    "load_scenario": "catalog",
    "read_run": "results",
    "render": "scenario",
    "scenario_names": "catalog",
    "scenario_task": "tasks",
}

__all__ = [
    "Analysis",
    "Condition",
    "Plan",
    "Run",
    "Scenario",
    "Settings",
    "analyze",
    "build_report",
    "condition",
    "load_pack",
    "load_scenario",
    "read_run",
    "render",
    "scenario_names",
    "scenario_task",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'turncoat' has no attribute {name!r}; it has {__all__}")
    return getattr(import_module(f"turncoat.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
