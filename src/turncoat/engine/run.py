"""Run a plan: what is missing of it, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspect_ai.model import Model

from turncoat.design import Plan
from turncoat.engine.attempt import Place, alone, cached, evaluate, forget, rare_collections
from turncoat.engine.models import judges_named, limited, model_named
from turncoat.engine.progress import Progress, Sink, listening
from turncoat.engine.request import Request
from turncoat.engine.resume import Standing, standing, write_seed
from turncoat.engine.runfile import LOGS, RunFile, open_run
from turncoat.judges import Settings
from turncoat.results import Log, logs_in
from turncoat.tasks import scenario_task


@dataclass(frozen=True, slots=True)
class Done:
    """How an attempt ended.

    Attributes:
        run: the folder's run.
        logs: folder of the `.eval` logs.
        progress: final counts.
        complete: whether every asked sample is finished without an error.
    """

    run: RunFile
    logs: Path
    progress: Progress
    complete: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """One scenario on one model."""

    scenario: str
    model: str
    plan: Plan
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Staff:
    """Every model, made before anything is spent.

    Attributes:
        subjects: by the names that were asked for.
        roles: who judges; a panel is a list.
    """

    subjects: dict[str, Model]
    roles: dict[str, Model | list[Model]]


def run(request: Request, sink: Sink) -> Done:
    """Run what is missing of a plan; the same request goes on where an earlier one stopped.

    Args:
        request: what is asked for.
        sink: is told of every change of the progress.

    Raises:
        ModelUnavailable: a model cannot be used; nothing was spent.
        PlanConflict: the folder holds a run that measures something else.
        FolderUnusable: the folder cannot be written, or another run is at work in it.
        KeyboardInterrupt: the user stopped it; what is finished is in the logs.
    """
    limits = limited(request.limits)
    models = {n: model_named(n, config=limits, args=request.model_args) for n in request.models}
    staff = _Staff(models, judges_named(request.judge, config=limits))
    with alone(request.out):
        return _run(request, staff, sink)


def _run(request: Request, staff: _Staff, sink: Sink) -> Done:
    opened = open_run(request)
    logs = request.out / LOGS
    pairs = list(_pairs(request, logs))
    progress = _progress(pairs)
    with listening(progress, sink), cached(opened.run_id), rare_collections():
        _evaluate(request, [p for p in pairs if p.standing.missing], staff, opened)
    complete = not any(pair.standing.missing for pair in _pairs(request, logs))
    if complete:
        forget(opened.run_id)
    return Done(opened, logs, progress, complete)


def _pairs(request: Request, logs: Path) -> Iterator[_Pair]:
    held = logs_in(logs)
    for scenario, plan in request.plans.items():
        for model in request.models:
            own = [log for log in held if _is_of(log, scenario, model)]
            yield _Pair(scenario, model, plan, standing(own, plan))


def _is_of(log: Log, scenario: str, model: str) -> bool:
    return log.facts.scenario == scenario and log.model == model


def _progress(pairs: list[_Pair]) -> Progress:
    total = sum(pair.plan.samples for pair in pairs)
    kept = sum(len(pair.standing.held) for pair in pairs)
    return Progress(total=total, kept=kept)


def _evaluate(request: Request, pairs: list[_Pair], staff: _Staff, opened: RunFile) -> None:
    if not pairs:
        return
    for pair in pairs:
        if pair.standing.needs_seed:
            write_seed(pair.standing, pair.plan)
    settings = Settings(
        opened.key,
        judge=request.judge.kind,
        panel=request.judge.panel,
        also=request.also,
        config=request.config,
    )
    tasks = [
        scenario_task(
            request.pack(pair.scenario),
            pair.plan,
            settings,
            model=staff.subjects[pair.model],
            study=opened.identity.study,
        )
        for pair in pairs
    ]
    place = Place(request.out / LOGS, opened.run_id, realtime=request.limits.realtime)
    evaluate(tasks, place, staff.roles)
