"""A progress bar on a terminal, a line now and then elsewhere; always on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

if TYPE_CHECKING:
    from turncoat.engine import Progress, Sink

_LINES = 10


@contextmanager
def shown(console: Console) -> Iterator["Sink"]:
    """A sink that shows progress while the block runs."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    with _bar(console) as bar:
        yield _BarSink(bar)


def _bar(console: Console) -> Bar:
    return Bar(
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("errors {task.fields[errors]}"),
        TextColumn("tokens {task.fields[tokens]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


class _BarSink:
    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("samples", total=None, rate="", errors=0, tokens="0")

    def __call__(self, progress: "Progress") -> None:
        seconds = self._bar.tasks[0].elapsed or 0.0
        rate = f"{progress.done / seconds:.1f}/s" if seconds > 0 else ""
        self._bar.update(
            self._task,
            total=progress.total,
            completed=progress.finished,
            rate=rate,
            errors=progress.errors,
            tokens=f"{progress.tokens:,}",
        )


class _Lines:
    """A line at every tenth of the way, so that a log file stays readable."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = -1

    def __call__(self, progress: "Progress") -> None:
        tenth = _LINES * progress.finished // max(1, progress.total)
        if tenth > self._told:
            self._told = tenth
            self._console.print(
                f"{progress.finished}/{progress.total} samples ({progress.kept} kept), "
                f"errors {progress.errors}, tokens {progress.tokens:,}"
                + (
                    f" and {progress.cached_tokens:,} paid before" if progress.cached_tokens else ""
                ),
                highlight=False,
            )
