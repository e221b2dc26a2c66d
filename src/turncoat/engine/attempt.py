"""What an attempt runs in: alone in its folder, with the run's cache, through `eval_set`."""

import gc
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from logging import getLogger
from pathlib import Path
from zipfile import is_zipfile

from filelock import BaseFileLock, FileLock, Timeout
from inspect_ai import Task, eval_set
from inspect_ai.model import Model
from platformdirs import user_cache_path

from turncoat.engine.runfile import FolderUnusable

_logger = getLogger(__name__)

_CACHE_VARIABLE = "INSPECT_CACHE_DIR"
_LOG_BUFFER = 100
"""Samples between two writes of a log. A kill loses none that was paid for: the cache has them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an attempt writes its logs, and as part of which run.

    Attributes:
        logs: folder of the `.eval` logs.
        run_id: of the eval set.
        realtime: whether `inspect view` can follow it.
    """

    logs: Path
    run_id: str
    realtime: bool = False


def evaluate(tasks: Sequence[Task], place: Place, roles: Mapping[str, Model | list[Model]]) -> None:
    """Run what Inspect's newest log of each task lacks.

    Raises:
        KeyboardInterrupt: the user stopped it; what is finished is in the logs.
    """
    _set_torn_aside(place.logs)
    _, logs = eval_set(
        list(tasks),
        model=None,
        log_dir=str(place.logs),
        model_roles=dict(roles) or None,
        eval_set_id=place.run_id,
        # The same command goes on after a failure; retrying inside would hide an outage.
        retry_attempts=1,
        retry_immediate=False,
        # An older log may hold samples that a smaller plan left out of the newer one.
        retry_cleanup=False,
        log_dir_allow_dirty=True,
        # The scoped cache repeats no paid call; the realtime buffer would only cost time.
        log_realtime=place.realtime,
        log_buffer=_LOG_BUFFER,
        display="none",
        ctl_server=False,
        score_display=False,
        max_tasks=len(tasks),
    )
    # At Ctrl-C Inspect ends the logs and returns without them; the caller must know of the stop.
    if len(logs) < len(tasks) or any(log.status == "cancelled" for log in logs):
        raise KeyboardInterrupt


def _set_torn_aside(logs: Path) -> None:
    """Rename logs that were cut off, as by a full disk: `eval_set` reads every log, and fails on one."""
    for log in logs.rglob("*.eval"):
        if not is_zipfile(log):
            torn = log.with_name(f"{log.name}.torn")
            log.replace(torn)
            _logger.warning("%s is cut off and cannot be read: kept as %s", log, torn.name)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Refuse a second attempt in the same folder: both would pay for what is missing.

    The lock is not in the folder, which `--restart` moves; a kill releases it.

    Raises:
        FolderUnusable: another attempt is at work in it, or the cache cannot be written.
    """
    name = sha256(str(out.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(_cache_base() / "locks" / f"{name}.lock", blocking=False)
    _acquire(lock, out)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def cached(run_id: str) -> Iterator[None]:
    """Point Inspect's cache at the run's folder while the block runs."""
    folder = _cache_folder(run_id)
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


def forget(run_id: str) -> None:
    """Delete the cached answers of a run that is done."""
    shutil.rmtree(_cache_folder(run_id), ignore_errors=True)


@contextmanager
def rare_collections() -> Iterator[None]:
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


def _cache_base() -> Path:
    chosen = os.environ.get(_CACHE_VARIABLE)
    return Path(chosen) if chosen else user_cache_path("turncoat")


def _cache_folder(run_id: str) -> Path:
    """The run's own folder in the user's cache: the files are pickles, never to be shared."""
    return _cache_base() / "runs" / run_id


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
