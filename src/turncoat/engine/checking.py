"""Puts the labeled transcripts before a judge; the same request goes on where it stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from inspect_ai import Task
from inspect_ai.model import Model

from turncoat.catalog import load_scenario
from turncoat.catalog.labels import Labeled, labels_hash
from turncoat.checks import check_task
from turncoat.engine.attempt import Place, alone, cached, evaluate, forget, rare_collections
from turncoat.engine.judgefile import judge_folder, open_judge
from turncoat.engine.models import judges_named, limited
from turncoat.engine.progress import Progress, Sink, listening
from turncoat.engine.request import JudgeChoice, Limits
from turncoat.judges import ROLE, Also, Settings, criteria_of, identity_of
from turncoat.results.checks import Checked, read_checked
from turncoat.verdict import RunKey


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Which judge is to be measured, on what.

    Attributes:
        judge: who judges.
        cases: labeled transcripts.
        out: folder of the logs.
        also: what is asked of the judge beside the verdict.
        limits: how hard to try.
    """

    judge: JudgeChoice
    cases: tuple[Labeled, ...]
    out: Path
    also: tuple[Also, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class CheckDone:
    """How a check ended.

    Attributes:
        judge: identity of who judged.
        checked: what it said of each case that it was asked about.
        progress: final counts.
    """

    judge: str
    checked: tuple[Checked, ...]
    progress: Progress


def check(request: CheckRequest, sink: Sink) -> CheckDone:
    """Ask the judge about what it has not been asked yet.

    Raises:
        ModelUnavailable: the judge cannot be used; nothing was spent.
        FolderUnusable: the folder cannot be written, or another check is at work in it.
        KeyboardInterrupt: the user stopped it; what is finished is in the logs.
    """
    roles = judges_named(request.judge, config=limited(request.limits))
    judge = identity_of(request.judge.kind, roles.get(ROLE), request.judge.panel)
    out = check_folder(request, judge)
    with alone(out):
        return _check(request, roles, judge, out, sink)


def check_folder(request: CheckRequest, judge: str) -> Path:
    """Where the check of a judge lies: what is measured, and by which criteria, is part of its name.

    A criterion or a pack that was edited gives no verdict of before: an identity tells its version alone.
    """
    packs = sorted({case.scenario for case in request.cases})
    criteria = criteria_of(request.judge.kind, request.also)
    asked = "\0".join(
        (
            *(case.id for case in request.cases),
            *request.also,
            labels_hash(),
            *(criterion.hash for criterion in criteria),
            *(load_scenario(pack).pack_hash for pack in packs),
        )
    )
    what = sha256(asked.encode()).hexdigest()[:8]
    return judge_folder(request.out, judge) / what


def _check(
    request: CheckRequest,
    roles: Mapping[str, Model | list[Model]],
    judge: str,
    out: Path,
    sink: Sink,
) -> CheckDone:
    key = open_judge(out, judge, request.also).key
    known = {case.id for case in request.cases}
    kept = [one for one in read_checked(out) if one.case in known and one.clean]
    progress = Progress(total=len(request.cases), kept=len(kept))
    with listening(progress, sink), cached(key.run_id), rare_collections():
        evaluate(_tasks(request, key, judge), Place(out, key.run_id), roles)
    checked = tuple(one for one in read_checked(out) if one.case in known)
    if all(one.clean for one in checked) and len(checked) == len(known):
        forget(key.run_id)
    return CheckDone(judge, checked, progress)


def _tasks(request: CheckRequest, key: RunKey, judge: str) -> list[Task]:
    settings = Settings(key, judge=request.judge.kind, panel=request.judge.panel, also=request.also)
    by_pack: dict[str, list[Labeled]] = {}
    for case in request.cases:
        by_pack.setdefault(case.scenario, []).append(case)
    return [check_task(name, cases, settings, judge=judge) for name, cases in by_pack.items()]
