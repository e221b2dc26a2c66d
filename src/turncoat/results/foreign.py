"""Any Inspect log, ours or not: its samples with their scores, and the settings that made it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from logging import getLogger
from math import isnan
from pathlib import Path
from urllib.parse import unquote, urlparse

from inspect_ai.log import (
    EvalLog,
    EvalSampleSummary,
    EvalSpec,
    list_eval_logs,
    read_eval_log,
    read_eval_log_sample_summaries,
)

from turncoat.design import sample_key
from turncoat.results.logs import simulated
from turncoat.results.settings import OURS, as_text, settings_of
from turncoat.verdict.later import VERDICTS

_logger = getLogger(__name__)

_LETTERS = {"C": True, "I": False, "N": None, "": None}
"""Inspect's. Its own metrics take no answer (N) for 0; we do not."""

_WORDS = {
    **dict.fromkeys(("true", "yes", "1", "1.0"), True),
    **dict.fromkeys(("false", "no", "0", "0.0"), False),
}

NOT_RUN = "not run"
NOT_READ = "in a log that cannot be read"
"""Why a sample that was to be there is not."""

_UNREADABLE = (ValueError, KeyError, OSError)


class NoLogs(ValueError):
    """There is no log that could be read, or none that holds a sample."""


class NotBinary(ValueError):
    """A score that is neither 0 nor 1 nor missing."""


class ScorerUnclear(ValueError):
    """It is not clear which score is to be compared.

    Attributes:
        wanted: what was asked for; None where nothing was.
        binary: names of the scores that could be.
        others: name to the value that makes it none of them.
    """

    def __init__(
        self, wanted: str | None, binary: Sequence[str], others: Mapping[str, str]
    ) -> None:
        super().__init__(f"no single binary score: {list(binary)}, others {dict(others)}")
        self.wanted = wanted
        self.binary = tuple(binary)
        self.others = dict(others)


@dataclass(frozen=True, slots=True)
class TaskKey:
    """What samples are pooled by.

    Attributes:
        task: name; for our logs the scenario.
        arguments: that the task was given, as JSON; for our logs the id of the condition.
        model: the subject.
        title: for people: what the user set of the arguments, or what sets the condition apart.
    """

    task: str
    arguments: str
    model: str
    title: str


@dataclass(frozen=True, slots=True)
class ScoredSample:
    """One sample of one epoch.

    Attributes:
        id: the sample's; for our logs the form.
        scores: name to value; empty where there is none. A score with several values has each under
            `NAME.KEY`.
        error: what ended the sample, `NOT_RUN` or `NOT_READ`; None for a clean one.
        asked: hash of the input and the target, as far as the log's summary shows them; None where
            there is none.
        pack: hash of the pack that its subject was given; None in logs that are not ours.
    """

    key: TaskKey
    id: str
    epoch: int
    scores: Mapping[str, object]
    error: str | None
    asked: str | None = None
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class ScoredLogs:
    """What a log, or a folder of logs, holds.

    Attributes:
        path: as given.
        samples: each once: a clean one beats one that ended in an error, a newer an older one.
        repeated: samples that several logs hold cleanly; the newest speaks.
        unfinished: logs that did not come to their end or cannot be read, with their status.
        settings: what the logs were made with: name to all values, as text.
        simulated: whether a subject or a judge is a simulation of ours.
    """

    path: Path
    samples: tuple[ScoredSample, ...]
    repeated: int
    unfinished: tuple[str, ...]
    settings: Mapping[str, tuple[str, ...]]
    simulated: bool


def read_scores(path: Path) -> ScoredLogs:
    """The samples of a log or of all logs in a folder; logs that only judge others are left out.

    A log that cannot be read is named in a warning of the logger and left out.

    Raises:
        NoLogs: nothing is left.
    """
    headers, unread = _headers(path)
    best: dict[tuple[TaskKey, str, int], ScoredSample] = {}
    repeated = 0
    for file, header in headers:
        for sample in _samples(file, header):
            place = (sample.key, sample.id, sample.epoch)
            held = best.setdefault(place, sample)
            if held is not sample:
                repeated += held.error is None and sample.error is None
                best[place] = sample if held.error and not sample.error else held
    if not best:
        raise NoLogs(f"{path} holds no Inspect log with a sample")
    return ScoredLogs(
        path=path,
        samples=tuple(best.values()),
        repeated=repeated,
        unfinished=(
            *(f"{file.name}: {h.status}" for file, h in headers if h.status != "success"),
            *(f"{file.name}: cannot be read" for file in unread),
        ),
        settings=settings_of([header for _, header in headers]),
        simulated=any(simulated(header.eval) for _, header in headers),
    )


def settings_in(folder: Path) -> dict[str, tuple[str, ...]]:
    """What the logs of a folder were made with: name to all values, as text."""
    return settings_of([header for _, header in _headers(folder)[0]])


def log_ids(path: Path) -> frozenset[str]:
    """Inspect's ids of the logs in a folder, or of one log: a copy has the same."""
    return frozenset(header.eval.eval_id for _, header in _headers(path)[0])


def truth(value: object) -> bool | None:
    """A score's value as true or false; None where it is missing, which is never false.

    0, 1, C, I, true, false, yes and no, as number or text; N (no answer), nothing, None and NaN are
    missing.

    Raises:
        NotBinary: anything else, partial credit for one.
    """
    if value is None or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value in _LETTERS:
        return _LETTERS[value]
    if isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    raise NotBinary(f"{value!r} is neither 0 nor 1, neither C nor I, neither true nor false")


def scorer_from(logs: Sequence[ScoredLogs], wanted: str | None) -> str:
    """The name of the binary score that all of these hold.

    Args:
        logs: what is to be compared.
        wanted: a score's name, or the `KEY` of `NAME.KEY` where only one ends in it; None for the
            only one.

    Raises:
        ScorerUnclear: none or several can be meant.
    """
    others = {name: said for name in _names(logs) if (said := _obstacle(logs, name))}
    binary = [name for name in _names(logs) if name not in others]
    if wanted is None:
        fitting = binary
    else:
        fitting = [n for n in binary if n == wanted] or [
            n for n in binary if n.endswith(f".{wanted}")
        ]
    if len(fitting) != 1:
        raise ScorerUnclear(wanted, binary, others)
    return fitting[0]


def _names(logs: Sequence[ScoredLogs]) -> list[str]:
    return list(dict.fromkeys(name for log in logs for s in log.samples for name in s.scores))


def _obstacle(logs: Sequence[ScoredLogs], name: str) -> str:
    """Why a score is none that could be compared; empty if it is."""
    for log in logs:
        values = [sample.scores[name] for sample in log.samples if name in sample.scores]
        if not values:
            return f"not in {log.path}"
        try:
            for value in values:
                truth(value)
        except NotBinary as problem:
            return str(problem)
    return ""


def _headers(path: Path) -> tuple[list[tuple[Path, EvalLog]], list[Path]]:
    """Logs of samples with their headers, newest first; and those that cannot be read."""
    found = {file: _header(file) for file in _files(path)}
    read = [(file, header) for file, header in found.items() if header and not _is_later(header)]
    read.sort(key=lambda one: (str(one[1].eval.created), one[0].name), reverse=True)
    return read, [file for file, header in found.items() if header is None]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    logs = list_eval_logs(str(path)) if path.is_dir() else []
    return [Path(unquote(urlparse(info.name).path)) for info in logs]


def _header(file: Path) -> EvalLog | None:
    try:
        return read_eval_log(str(file), header_only=True)
    except _UNREADABLE as problem:
        _logger.warning("left out %s, which cannot be read: %s", file, problem)
        return None


def _is_later(header: EvalLog) -> bool:
    """Whether it only judges the answers of others."""
    return VERDICTS in (header.eval.metadata or {})


def _samples(file: Path, header: EvalLog) -> Iterator[ScoredSample]:
    """Those of the log, and those that it was to hold."""
    spec, epochs = header.eval, header.eval.config.epochs or 1
    summaries = _summaries(file)
    for summary in summaries or ():
        yield _sample(spec, summary)
    held = {(str(summary.id), summary.epoch) for summary in summaries or ()}
    lost = NOT_READ if summaries is None else NOT_RUN
    for id_ in spec.dataset.sample_ids or ():
        for epoch in range(1, epochs + 1):
            if (str(id_), epoch) not in held:
                key, unit = _place(spec, str(id_))
                yield ScoredSample(key, unit, epoch, {}, lost, pack=_pack(spec))


def _summaries(file: Path) -> list[EvalSampleSummary] | None:
    """None of a log of which only the header can be read."""
    try:
        return read_eval_log_sample_summaries(str(file))
    except _UNREADABLE as problem:
        _logger.warning("no sample of %s can be read: %s", file, problem)
        return None


def _sample(spec: EvalSpec, summary: EvalSampleSummary) -> ScoredSample:
    key, unit = _place(spec, str(summary.id))
    scores = {name: score.value for name, score in (summary.scores or {}).items()}
    return ScoredSample(
        key,
        unit,
        summary.epoch,
        dict(_flat(scores)),
        summary.error,
        _asked(summary),
        _pack(spec),
    )


def _asked(summary: EvalSampleSummary) -> str:
    """Without the ids of messages, which are drawn anew by every run."""
    given = summary.input
    texts = given if isinstance(given, str) else [f"{m.role}: {m.text}" for m in given]
    told = as_text([texts, summary.target, summary.choices])
    return sha256(told.encode()).hexdigest()


def _pack(spec: EvalSpec) -> str | None:
    told = spec.metadata or {}
    return str(told["pack_hash"]) if OURS in told else None


def _flat(scores: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in scores.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _place(spec: EvalSpec, sample_id: str) -> tuple[TaskKey, str]:
    """Where a sample belongs, and what it is paired by."""
    told = spec.metadata or {}
    if OURS not in told:
        return TaskKey(spec.task, as_text(spec.task_args), spec.model, _title(spec)), sample_id
    own = sample_key(sample_id)
    cell = own.condition
    return TaskKey(str(told["scenario"]), cell.id, spec.model, cell.short), str(own.form)


def _title(spec: EvalSpec) -> str:
    """The arguments that were set, without those that are long, such as models."""
    plain = {n: v for n, v in spec.task_args_passed.items() if not isinstance(v, dict | list)}
    return ", ".join(f"{name}={as_text(value)}" for name, value in plain.items())
