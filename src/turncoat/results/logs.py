"""The `.eval` logs of a run, by their headers."""

import json
import os
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlparse

from inspect_ai.log import EvalLog, EvalSpec, list_eval_logs, read_eval_log
from pydantic import BaseModel, ConfigDict

from turncoat.design import Frozen, SampleKey, sample_key
from turncoat.verdict.later import VERDICTS

_logger = getLogger(__name__)

SIMULATED = "sim/"
"""Prefix of the models that are simulations of ours."""


class OutcomeFact(BaseModel):
    """One of the pack's ordered outcomes, as the task's metadata tells it."""

    model_config = ConfigDict(frozen=True)

    id: str
    means: str


class Arm(BaseModel):
    """Which arm of which hazard a scenario is.

    Attributes:
        story: whose text: `published`, `renamed` or `own`.
    """

    model_config = ConfigDict(frozen=True)

    hazard: str
    story: str


class TaskFacts(BaseModel):
    """What a log's task metadata says of the scenario; keys that are not ours are let be.

    Attributes:
        title: of the scenario, for people.
        outcomes: from least to most severe.
        harm_from: id of the first outcome that counts as harm.
        study: for which it was run; None where it was for none.
    """

    model_config = ConfigDict(frozen=True)

    scenario: str
    title: str
    hazard: str
    story: str
    pack_hash: str
    outcomes: tuple[OutcomeFact, ...]
    harm_from: str
    turncoat_version: str
    study: Frozen | None = None

    def rank(self, outcome: str) -> int:
        """Index of an outcome in the order.

        Raises:
            ValueError: the outcome is none of the scenario's.
        """
        return [fact.id for fact in self.outcomes].index(outcome)


class Verdicts(BaseModel):
    """What marks a log of verdicts: no subject was asked for it.

    Attributes:
        subject: the model whose recorded answers were judged.
        judge: identity of who judged them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    judge: str


@dataclass(frozen=True, slots=True)
class Log:
    """One log of ours, by its header.

    Attributes:
        name: path below the log folder, as in the table's column `log`.
        path: where it lies.
        created: ISO time; with `name` it orders the logs.
        model: the subject, also where its answers were only replayed.
        verdicts: of a log that holds nothing but verdicts; None where the subject was asked.
        judging: scorers with their options, and the models in roles: who judged, for telling apart.
        planned: the samples that the log was to hold.
        epochs: replicates of each.
    """

    name: str
    path: str
    created: str
    status: str
    facts: TaskFacts
    model: str
    judging: str
    planned: tuple[SampleKey, ...]
    epochs: int
    simulated: bool
    inspect_version: str
    verdicts: Verdicts | None = None


def logs_in(log_dir: str | Path) -> list[Log]:
    """The logs of turncoat's tasks in a folder and below it, newest first.

    Logs of other tasks and of verdicts on other logs are left out. A file that a kill cut off cannot
    be read: it is named in a warning of the logger and left out, since what it held is run again by
    a resume. A `.json` log of ours beside others is named and left out, too, unless it is a copy of
    one of them.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    root = Path(log_dir).resolve()
    if not root.is_dir():
        raise FileNotFoundError(f"no folder {log_dir}: expected the --out of a run")
    held = [(path, header) for path, header in _headers(root, "eval") if _ours(header.eval)]
    if held:
        _tell_of_others(root, {header.eval.eval_id for _, header in held})
    logs = [_log(path, root, header) for path, header in held]
    return _newest_first(log for log in logs if log.verdicts is None)


def verdicts_in(folder: Path, *, root: str | Path) -> list[Log]:
    """The logs of verdicts on the answers of other logs, newest first; none without the folder.

    Args:
        folder: where they lie.
        root: the folder of the other logs; names are relative to it.
    """
    if not folder.is_dir():
        return []
    below = Path(root).resolve()
    headers = _headers(folder.resolve(), "eval")
    found = (_log(path, below, header) for path, header in headers if _ours(header.eval))
    return _newest_first(log for log in found if log.verdicts)


def _newest_first(logs: Iterable[Log]) -> list[Log]:
    return sorted(logs, key=lambda log: (log.created, log.name), reverse=True)


def _tell_of_others(root: Path, held: AbstractSet[str]) -> None:
    """Warn of what numbers would lack: a run in Inspect's other format, which is not read."""
    for path, header in _headers(root, "json"):
        if _ours(header.eval) and header.eval.eval_id not in held:
            _logger.warning(
                "left out %s: only .eval logs are read; convert it with `inspect log convert --to eval`",
                path,
            )


def _ours(spec: EvalSpec) -> bool:
    return "turncoat_version" in (spec.metadata or {})


def simulated(spec: EvalSpec) -> bool:
    """Whether a log's subject or any model in a role is a simulation of ours."""
    verdicts = _verdicts(spec)
    subject = verdicts.subject if verdicts else spec.model
    in_roles = [name for names in _role_models(spec).values() for name in names]
    return any(name.startswith(SIMULATED) for name in (subject, *in_roles))


def _verdicts(spec: EvalSpec) -> Verdicts | None:
    told = (spec.metadata or {}).get(VERDICTS)
    return None if told is None else Verdicts.model_validate(told)


def _headers(root: Path, form: Literal["eval", "json"]) -> Iterator[tuple[Path, EvalLog]]:
    for info in list_eval_logs(str(root), formats=[form]):
        path = Path(unquote(urlparse(info.name).path))
        try:
            yield path, read_eval_log(str(path), header_only=True)
        except (ValueError, KeyError) as problem:
            _logger.warning("left out %s, which cannot be read: %s", path, problem)


def _log(path: Path, root: Path, header: EvalLog) -> Log:
    spec = header.eval
    verdicts = _verdicts(spec)
    return Log(
        name=Path(os.path.relpath(path, root)).as_posix(),
        path=str(path),
        created=str(spec.created),
        status=header.status,
        facts=TaskFacts.model_validate(spec.metadata),
        model=verdicts.subject if verdicts else spec.model,
        judging=_judging(spec),
        planned=tuple(sample_key(str(id_)) for id_ in spec.dataset.sample_ids or ()),
        epochs=spec.config.epochs or 1,
        simulated=simulated(spec),
        inspect_version=spec.packages.get("inspect_ai", "unknown"),
        verdicts=verdicts,
    )


def _judging(spec: EvalSpec) -> str:
    scorers = [{"name": s.name, "options": s.options} for s in spec.scorers or ()]
    return json.dumps([scorers, _role_models(spec)], sort_keys=True, default=str)


def _role_models(spec: EvalSpec) -> dict[str, list[str]]:
    """Role to its models; a role may be bound to several."""
    roles = (spec.model_roles or {}).items()
    return {
        role: [config.model for config in (bound if isinstance(bound, list) else [bound])]
        for role, bound in roles
    }
