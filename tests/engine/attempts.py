"""Attempts of `turncoat run`, each in a process of its own that can be killed at any moment.

The processes are forked from a server that has everything imported, so that twenty of them cost
less than the start of five interpreters; each runs the command line from its beginning.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pandas as pd

from laboratory import Laboratory, Request
from turncoat.cli.running import observed
from turncoat.results.schema import KEY

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["anthropic", "openai", "inspect_evals._registry", "turncoat.cli.run", "turncoat.cli.running"]
)

GPT = "openai/gpt-4.1"
CLAUDE = "anthropic/claude-sonnet-4-5"
JUDGE = "anthropic/claude-haiku-4-5"
"""A judge with a name of its own, so that the laboratory's counts tell it from the subjects."""

PATIENCE_S = 120.0
"""A machine with much else to do takes half a minute to start an interpreter."""
_OF_AN_ATTEMPT = ["log", "sample_uuid", "message_id"]


@dataclass(frozen=True, slots=True)
class Command:
    """One `turncoat run` against a laboratory.

    Attributes:
        words: of the command line, after `run`; --out left out.
        laboratory: whom it asks.
        folder: holds the run, the cache, and what the last attempt printed.
    """

    words: tuple[str, ...]
    laboratory: Laboratory
    folder: Path

    @property
    def out(self) -> Path:
        """The run's folder."""
        return self.folder / "run"

    @property
    def caches(self) -> list[Path]:
        """The caches of the runs that are not done."""
        return list((self.folder / "cache" / "runs").glob("*"))

    def saying(self, *words: str) -> "Command":
        """The same folder asked with other words."""
        return replace(self, words=words)

    def start(self) -> BaseProcess:
        """An attempt that has just begun."""
        self.folder.mkdir(parents=True, exist_ok=True)
        attempt = _FORKS.Process(target=_attempt, args=(self.line, self.environment, self.folder))
        attempt.start()
        return attempt

    def wait_until(self, condition: Callable[[tuple[Request, ...]], bool]) -> None:
        """Block until the laboratory's requests meet the condition."""
        self.laboratory.wait_until(condition, timeout_s=PATIENCE_S)

    def finish(self) -> int:
        """The exit code of an attempt that nobody stops."""
        return ended(self.start())

    def printed(self) -> str:
        """What the last attempt wrote on standard output."""
        return (self.folder / "stdout").read_text(encoding="utf-8")

    def told(self) -> str:
        """What the last attempt wrote on standard error."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    def table(self) -> pd.DataFrame:
        """The rows that the last command asked for, without what differs between attempts."""
        rows = observed(self.out).observations.drop(columns=_OF_AN_ATTEMPT)
        return rows.sort_values(list(KEY), ignore_index=True)

    @property
    def line(self) -> list[str]:
        """The whole command line."""
        return ["turncoat", "run", *self.words, "--out", str(self.out)]

    @property
    def environment(self) -> dict[str, str]:
        """What leads an attempt to the laboratory and to its own cache."""
        return {**self.laboratory.environment(), "INSPECT_CACHE_DIR": str(self.folder / "cache")}


def ended(attempt: BaseProcess) -> int:
    """The exit code of an attempt once it has ended; negative: the signal that ended it."""
    attempt.join(PATIENCE_S)
    code = attempt.exitcode
    if code is None:
        attempt.kill()
        attempt.join()
        raise TimeoutError(f"an attempt did not end within {PATIENCE_S} s")
    attempt.close()
    return code


def started(command: Command) -> "subprocess.Popen[str]":
    """The installed command, by its own interpreter."""
    turncoat = Path(sys.executable).with_name("turncoat")
    return subprocess.Popen(
        [turncoat, *command.line[1:]],
        env={**os.environ, **command.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def of_judge(requests: tuple[Request, ...]) -> int:
    """How many of the requests were the judge's."""
    return sum(f"{request.provider}/{request.model}" == JUDGE for request in requests)


def summary(command: Command) -> dict[str, Any]:
    """What `--json` printed, and nothing beside it."""
    read: dict[str, Any] = json.loads(command.printed())
    return read


def _attempt(line: list[str], environment: dict[str, str], folder: Path) -> None:
    from turncoat.cli.main import main

    os.environ.update(environment)
    for stream, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.argv = line
    main()
