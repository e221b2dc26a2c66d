"""Progress of a run, told by Inspect's hooks while it goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from inspect_ai.hooks import Hooks, ModelCacheUsageData, ModelUsageData, SampleEnd, hooks


@dataclass(slots=True)
class Progress:
    """Counts of the run in progress.

    Attributes:
        total: samples asked for.
        kept: of them, those that an earlier attempt finished.
        done: finished in this attempt, errors included.
        errors: samples that ended in an error.
        tokens: paid for in this attempt.
        cached_tokens: paid for in an earlier attempt, and not again.
    """

    total: int
    kept: int = 0
    done: int = 0
    errors: int = 0
    tokens: int = 0
    cached_tokens: int = 0
    _seen: set[tuple[str, str, int]] = field(default_factory=set)

    @property
    def finished(self) -> int:
        """Samples that need nothing more in this attempt."""
        return self.kept + self.done

    def ended(self, data: SampleEnd) -> None:
        """Count a sample once, also where Inspect tells its end again."""
        slot = (data.eval_id, str(data.sample.id), data.sample.epoch)
        if slot not in self._seen:
            self._seen.add(slot)
            self.done += 1
            self.errors += data.sample.error is not None


Sink = Callable[[Progress], None]
"""Whoever shows progress; called after every change."""


class _Listening:
    """The run that the hooks tell about; Inspect instantiates hooks once a process."""

    progress: Progress | None = None
    sink: Sink | None = None

    def changed(self) -> None:
        if self.progress and self.sink:
            self.sink(self.progress)


_LISTENING = _Listening()


@hooks(name="turncoat_progress", description="Tells turncoat's progress bar what is done.")
class _ProgressHooks(Hooks):
    def enabled(self) -> bool:
        return _LISTENING.progress is not None

    async def on_sample_end(self, data: SampleEnd) -> None:
        if _LISTENING.progress:
            _LISTENING.progress.ended(data)
            _LISTENING.changed()

    async def on_model_usage(self, data: ModelUsageData) -> None:
        if _LISTENING.progress:
            _LISTENING.progress.tokens += data.usage.total_tokens
            _LISTENING.changed()

    async def on_model_cache_usage(self, data: ModelCacheUsageData) -> None:
        if _LISTENING.progress:
            _LISTENING.progress.cached_tokens += data.usage.total_tokens
            _LISTENING.changed()


@contextmanager
def listening(progress: Progress, sink: Sink) -> Iterator[None]:
    """Tell `sink` of every change while the block runs."""
    _LISTENING.progress, _LISTENING.sink = progress, sink
    sink(progress)
    try:
        yield
    finally:
        _LISTENING.progress, _LISTENING.sink = None, None
