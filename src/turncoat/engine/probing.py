"""Runs the recognition probe; a folder's probe goes on where it stopped."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from inspect_ai.model import GenerateConfig

from turncoat.engine.attempt import Place, evaluate
from turncoat.engine.models import limited, model_named
from turncoat.engine.progress import Progress, Sink, listening
from turncoat.engine.request import Limits
from turncoat.probes import identity_of, probe_task
from turncoat.results.probes import ProbeRow, read_probes
from turncoat.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What to probe.

    Attributes:
        packs: whose texts are asked about.
        models: subjects, by the names that Inspect knows.
        passages: of each scenario; both questions are asked about each.
        out: folder of the logs.
        config: what the subjects are asked with.
    """

    packs: tuple[Scenario, ...]
    models: tuple[str, ...]
    passages: int
    out: Path
    config: GenerateConfig


def probe(request: ProbeRequest, sink: Sink) -> tuple[ProbeRow, ...]:
    """Ask what is missing, and return all rows of the request.

    Raises:
        ModelUnavailable: a model cannot be used; nothing was spent.
        KeyboardInterrupt: the user stopped it; what is finished is in the logs.
    """
    limits = limited(Limits())
    models = [model_named(name, config=limits, args={}) for name in request.models]
    tasks = [
        probe_task(pack, request.passages, model=model, config=request.config)
        for pack in request.packs
        for model in models
    ]
    asked = sum(len(task.dataset) for task in tasks)
    kept = sum(row.reason != "subject_error" for row in _of(request, read_probes(request.out)))
    with listening(Progress(total=asked, kept=kept), sink):
        evaluate(tasks, Place(request.out, _run_id(request.out)), {})
    return _of(request, read_probes(request.out))


def _run_id(out: Path) -> str:
    """Of a folder without a run file: the same for every attempt in it."""
    return sha256(str(out.resolve()).encode()).hexdigest()[:22]


def _of(request: ProbeRequest, rows: tuple[ProbeRow, ...]) -> tuple[ProbeRow, ...]:
    """The rows that were asked for; the folder may hold more, of other texts and settings too."""
    asked = {pack.name: identity_of(pack, request.config) for pack in request.packs}
    return tuple(
        row
        for row in rows
        if asked.get(row.scenario) == row.identity
        and row.model in request.models
        and row.passage <= request.passages
    )
