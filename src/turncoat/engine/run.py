"""Run a plan: what is missing of it, and nothing else."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout
from inspect_ai import Task, eval_set
from inspect_ai.model import Model
from platformdirs import user_cache_path

from turncoat.design import Plan
from turncoat.engine.models import limited, model_named
from turncoat.engine.progress import Progress, Sink, listening
from turncoat.engine.request import Request
from turncoat.engine.resume import Standing, standing, write_seed
from turncoat.engine.runfile import LOGS, FolderUnusable, RunFile, open_run
from turncoat.results import Log, logs_in
from turncoat.scenario import Scenario
from turncoat.tasks import Settings, scenario_task

_CACHE_VARIABLE = "INSPECT_CACHE_DIR"
_JUDGE = "role judge"
_LOG_BUFFER = 100
"""Samples between two writes of a log. A kill loses none that was paid for: the cache has them."""


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
    models = _models(request)
    with _alone(request.out):
        return _run(request, models, sink)


def _run(request: Request, models: dict[str, Model], sink: Sink) -> Done:
    opened = open_run(request)
    logs = request.out / LOGS
    pairs = list(_pairs(request, logs))
    progress = _progress(pairs)
    with listening(progress, sink), _cache_of(opened), _rare_collections():
        _evaluate(request, [p for p in pairs if p.standing.missing], models, opened)
    complete = not any(pair.standing.missing for pair in _pairs(request, logs))
    if complete:
        shutil.rmtree(_cache_folder(opened), ignore_errors=True)
    return Done(opened, logs, progress, complete)


def _models(request: Request) -> dict[str, Model]:
    """Every model, judge included, made before anything is spent."""
    limits = limited(request.limits)
    models = {n: model_named(n, config=limits, args=request.model_args) for n in request.models}
    choice = request.judge
    if choice.model:
        models[_JUDGE] = model_named(choice.model, config=limits, args=choice.args, judging=True)
    return models


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


def _evaluate(
    request: Request, pairs: list[_Pair], models: dict[str, Model], opened: RunFile
) -> None:
    if not pairs:
        return
    for pair in pairs:
        if pair.standing.needs_seed:
            write_seed(pair.standing, pair.plan)
    settings = Settings(opened.key, judge=request.judge.kind, config=request.config)
    _, logs = eval_set(
        [_task(pair, request.pack(pair.scenario), models, settings) for pair in pairs],
        model=None,
        log_dir=str(request.out / LOGS),
        model_roles={"judge": models[_JUDGE]} if _JUDGE in models else None,
        eval_set_id=opened.run_id,
        # The same command goes on after a failure; retrying inside would hide an outage.
        retry_attempts=1,
        retry_immediate=False,
        # An older log may hold samples that a smaller plan left out of the newer one.
        retry_cleanup=False,
        log_dir_allow_dirty=True,
        # The scoped cache repeats no paid call; the realtime buffer would only cost time.
        log_realtime=request.limits.realtime,
        log_buffer=_LOG_BUFFER,
        display="none",
        ctl_server=False,
        score_display=False,
        max_tasks=len(pairs),
    )
    # At Ctrl-C Inspect ends the logs and returns without them; the caller must know of the stop.
    if len(logs) < len(pairs) or any(log.status == "cancelled" for log in logs):
        raise KeyboardInterrupt


def _task(pair: _Pair, scenario: Scenario, models: dict[str, Model], settings: Settings) -> Task:
    return scenario_task(scenario, pair.plan, settings, model=models[pair.model])


def _cache_base() -> Path:
    chosen = os.environ.get(_CACHE_VARIABLE)
    return Path(chosen) if chosen else user_cache_path("turncoat")


def _cache_folder(opened: RunFile) -> Path:
    """The run's own folder in the user's cache: the files are pickles, never to be shared."""
    return _cache_base() / "runs" / opened.run_id


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Collect garbage rarely while samples run.

    Measured by `make bench`: a run keeps many live objects, and looking at all of them again and
    again was a quarter of its time. What is loaded at the start is never looked at.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Refuse a second run of the same folder: both would pay for what is missing.

    The lock is not in the folder, which `--restart` moves; a kill releases it.
    """
    name = sha256(str(out.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(_cache_base() / "locks" / f"{name}.lock", blocking=False)
    _acquire(lock, out)
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: BaseFileLock, out: Path) -> None:
    folder = Path(lock.lock_file).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise FolderUnusable(f"another run is at work in {out}") from error
    except OSError as error:
        raise FolderUnusable(
            f"the cache {folder} cannot be written ({error.strerror}); {_CACHE_VARIABLE} sets another"
        ) from error


@contextmanager
def _cache_of(opened: RunFile) -> Iterator[None]:
    """Point Inspect's cache at the run's folder while the block runs."""
    folder = _cache_folder(opened)
    # Whoever can write here has code run when a pickle is read.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = os.environ.get(_CACHE_VARIABLE)
    os.environ[_CACHE_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CACHE_VARIABLE]
        else:
            os.environ[_CACHE_VARIABLE] = before
