"""The run file: what a folder's run is, so that only its own command goes on with it."""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from turncoat.design import Condition, Frozen, Plan, Study, condition
from turncoat.engine.request import Request
from turncoat.results import Planned
from turncoat.verdict import RunKey

RUN_FILE = "turncoat.json"
LOGS = "logs"


class PlanConflict(ValueError):
    """The folder holds another run.

    Attributes:
        out: the folder.
        differences: what differs, one line each.
    """

    def __init__(self, out: Path, differences: tuple[str, ...]) -> None:
        super().__init__(f"{out} belongs to another plan: " + "; ".join(differences))
        self.out = out
        self.differences = differences


class FolderUnusable(OSError):
    """The folder cannot be written, or its run file cannot be read."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(_Data):
    """What makes two commands the same run: another value of these measures something else.

    Attributes:
        packs: scenario to pack hash; of a study all of its packs.
        judge: model name or `rules`.
        judge_args: of the judge's model.
        also: what is measured beside the verdict.
        config: generation settings that were set.
        model_args: of the subjects.
        study: that the run is for, with the hash of all that it declares.
    """

    packs: dict[str, str]
    judge: str
    judge_args: dict[str, Any]
    also: tuple[str, ...] = ()
    config: dict[str, Any]
    model_args: dict[str, Any]
    study: Frozen | None = None


class AskedCells(_Data):
    """What was asked of one scenario."""

    conditions: tuple[dict[str, str], ...]
    forms: tuple[int, ...]
    epochs: int

    @property
    def plan(self) -> Plan:
        """The same as a plan."""
        return Plan(tuple(condition(c) for c in self.conditions), self.forms, self.epochs)


class AskedPlan(_Data):
    """The rows that the last command asked for: those are shown.

    Attributes:
        stands_for: subject to the published model that it stands for.
    """

    scenarios: dict[str, AskedCells]
    models: tuple[str, ...]
    stands_for: dict[str, str] = {}

    @property
    def plans(self) -> dict[str, Plan]:
        """The plan of each scenario."""
        return {name: cells.plan for name, cells in self.scenarios.items()}

    def rows(self) -> Iterator[Planned]:
        """Every row, for every scenario and model."""
        for scenario, plan in self.plans.items():
            keys, epochs = tuple(plan.sample_keys()), range(1, plan.epochs + 1)
            for model, key, epoch in product(self.models, keys, epochs):
                yield Planned(scenario, model, key, epoch)


class AskedStudy(_Data):
    """All that the run's study declares, so that its report needs no catalog.

    Attributes:
        arms: pack to its arms, each with the levels of its condition.
    """

    declared: Study
    arms: dict[str, dict[str, dict[str, str]]]

    @property
    def conditions(self) -> dict[str, dict[str, Condition]]:
        """Pack to its arms, each with its condition."""
        return {
            pack: {name: condition(levels) for name, levels in arms.items()}
            for pack, arms in self.arms.items()
        }


class RunFile(_Data):
    """`turncoat.json` in the run's folder.

    Attributes:
        run_id: scopes the cache.
        secret: hex; key of the judge's fence.
        identity: what the run measures.
        asked: the last command's rows.
        study: that the run is for; None where it is for none.
    """

    run_id: str
    secret: str
    identity: Identity
    asked: AskedPlan
    study: AskedStudy | None = None

    @property
    def key(self) -> RunKey:
        """The run's key, with the cache on."""
        return RunKey(self.run_id, bytes.fromhex(self.secret), cached=True)


def read_run_file(out: Path) -> RunFile | None:
    """The run of a folder; None where there is none.

    Raises:
        FolderUnusable: there is a run file that is none.
    """
    path = out / RUN_FILE
    if not path.is_file():
        return None
    try:
        return RunFile.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise FolderUnusable(f"{path} cannot be read as a run file: {error}") from error


def open_run(request: Request) -> RunFile:
    """The folder's run, begun or gone on with, its asked rows those of the request.

    Raises:
        PlanConflict: the folder holds a run that measures something else.
        FolderUnusable: the folder cannot be written.
    """
    held = read_run_file(request.out)
    if held and request.restart:
        _move_aside(request.out)
        held = None
    wanted = _identity(request)
    if held:
        _refuse_conflict(request.out, held.identity, wanted)
        packs = {**held.identity.packs, **wanted.packs}
        identity = held.identity.model_copy(update={"packs": packs})
        run = held.model_copy(update={"identity": identity, "asked": _asked(request)})
    else:
        run = RunFile(
            run_id=token_hex(8),
            secret=token_bytes(32).hex(),
            identity=wanted,
            asked=_asked(request),
            study=_asked_study(request),
        )
    _write(request.out, run)
    return run


def _identity(request: Request) -> Identity:
    # The hash of a study is over all of its packs, also those that this command does not run.
    packs = dict.fromkeys((*request.plans, *(request.study.packs if request.study else ())))
    return Identity(
        packs={name: request.pack(name).pack_hash for name in packs},
        judge=str(request.judge),
        judge_args=request.judge.args,
        also=request.also,
        config=request.config.model_dump(exclude_none=True),
        model_args=request.model_args,
        study=request.frozen,
    )


def _asked_study(request: Request) -> AskedStudy | None:
    study = request.study
    if study is None:
        return None
    return AskedStudy(
        declared=study,
        arms={
            pack: {name: held.levels for name, held in found.items()}
            for pack, found in request.arms(study).items()
        },
    )


def _asked(request: Request) -> AskedPlan:
    return AskedPlan(
        scenarios={name: _cells(plan) for name, plan in request.plans.items()},
        models=request.models,
        stands_for=dict(request.stands_for),
    )


def _cells(plan: Plan) -> AskedCells:
    return AskedCells(
        conditions=tuple(cell.levels for cell in plan.conditions),
        forms=plan.forms,
        epochs=plan.epochs,
    )


def _refuse_conflict(out: Path, held: Identity, wanted: Identity) -> None:
    differences = tuple(_differences(held, wanted))
    if differences:
        raise PlanConflict(out, differences)


def _differences(held: Identity, wanted: Identity) -> Iterator[str]:
    for name in held.packs.keys() & wanted.packs.keys():
        if held.packs[name] != wanted.packs[name]:
            yield f"pack {name}: the folder's is {held.packs[name][:12]}, now {wanted.packs[name][:12]}"
    for field in ("judge", "judge_args", "also", "config", "model_args"):
        before, now = getattr(held, field), getattr(wanted, field)
        if before != now:
            yield f"{field}: the folder's is {before!r}, now {now!r}"
    if held.study != wanted.study:
        yield f"study: the folder's is {held.study or 'none'}, now {wanted.study or 'none'}"


def _move_aside(out: Path) -> None:
    """What was paid for is never deleted: the old run lies beside the new one."""
    number = 1
    while (aside := out.with_name(f"{out.name}.old-{number}")).exists():
        number += 1
    out.rename(aside)


def _write(out: Path, run: RunFile) -> None:
    try:
        (out / LOGS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(f"{out} cannot be written: {error.strerror or error}") from error
    keep(out / RUN_FILE, run)


def keep(path: Path, data: BaseModel) -> None:
    """Write a file atomically: a kill leaves the old one or the new one.

    Raises:
        FolderUnusable: its folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_text(data.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - atomic by contract, unlike rename
    except OSError as error:
        raise FolderUnusable(
            f"{path.parent} cannot be written: {error.strerror or error}"
        ) from error
