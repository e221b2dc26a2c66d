"""`turncoat label` behind its options: the draw, the server, the export, the status."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from turncoat import labeling
from turncoat.cli.arguments import scenario_from
from turncoat.cli.errors import UserError, unwritable
from turncoat.cli.running import observed
from turncoat.results import (
    LabelStore,
    LabelsUnreadable,
    NoLabels,
    Run,
    read_labels,
)
from turncoat.results.labels import LABELS_FILE, Draw, Labels, LabelsUnsaved
from turncoat.scenario import Scenario
from turncoat.stats import Coefficient, Estimate

_LONGEST_NAME = 60
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command asks of the draw; None where it asks nothing.

    Attributes:
        packs: folders of packs outside of the catalog.
    """

    labels: int | None
    judge: str | None
    seed: int | None
    packs: tuple[Path, ...] = ()


def desk_for(
    folder: Path, wanted: Wanted, annotator: str, *, show_reasoning: bool
) -> labeling.Desk:
    """The desk of an annotator, its draw made or gone on with.

    Raises:
        UserError: no run, a draw that cannot be made or is another one, or a pack that is not the
            run's.
    """
    name = _name_from(annotator)
    run = observed(folder)
    store = LabelStore(folder / LABELS_FILE)
    packs = _packs(run, wanted)
    try:
        draw = _held(store, wanted) or _begun(store, run, wanted, packs)
        _refuse_namesake(name, store.read())
        seat = labeling.Seat(name, show_reasoning)
        desk = labeling.Desk(store, run, packs, seat)
    except labeling.OtherPack as error:
        raise UserError(
            "the pack has changed since the run, and its facts may be others",
            got=str(error),
            expected="the pack that the run used",
            then="label with the version of turncoat that made the run, or give its --pack",
        ) from error
    except labeling.Gone as error:
        raise UserError(
            "transcripts that are to be labeled are gone",
            got=str(error),
            expected="the logs from which they were drawn",
            then=f"put the logs back, or move {store.path} aside for a new draw",
        ) from error
    except (LabelsUnreadable, LabelsUnsaved) as error:
        raise _unusable(store.path, error) from error
    _tell(draw, run, wanted)
    return desk


def serve(desk: labeling.Desk, folder: Path, *, port: int, in_browser: bool) -> None:
    """Serve until Ctrl-C, and say what was done.

    Raises:
        UserError: the port is taken.
    """
    before = desk.progress.done

    def ready(url: str) -> None:
        click.echo(f"{desk.progress.done} of {desk.progress.of} labeled by {desk.seat.annotator}.")
        click.echo(f"Open {url}")
        click.echo("Ctrl-C ends it; what is saved is kept.", err=True)
        if in_browser:
            click.launch(url)

    try:
        labeling.serve(desk, port=port, ready=ready)
    except OSError as error:
        raise UserError(
            f"--port {port} cannot be used",
            got=error.strerror or str(error),
            expected="a free port of this machine",
            then="give another, or leave --port out for a free one",
        ) from error
    done = desk.progress
    click.echo(f"\n{done.done} of {done.of} labeled by {desk.seat.annotator}", nl=False, err=True)
    click.echo(f" ({done.done - before} new), kept in {folder / LABELS_FILE}.", err=True)
    if done.left:
        click.echo(f"{done.left} left: the same command goes on with them.", err=True)


def export(folder: Path, file: Path) -> str:
    """Write all labels, and say how many.

    Raises:
        UserError: another ending, no labels, or a file that cannot be written.
    """
    writers = {".csv": labeling.labels_csv, ".json": labeling.labels_json}
    if file.suffix not in writers:
        raise UserError("--export", got=file.suffix or str(file), expected=".csv or .json")
    labels = _labels(folder)
    try:
        file.write_text(writers[file.suffix](labels), encoding="utf-8")
    except OSError as error:
        raise unwritable(file, error) from error
    return f"{len(labels.labels)} by {len(labels.annotators)} annotators"


def standing(folder: Path) -> labeling.Standing:
    """How far the labels of a run are.

    Raises:
        UserError: there are none.
    """
    return labeling.standing_of(_labels(folder))


def print_standing(found: labeling.Standing) -> None:
    """The annotators, their agreement, and where they differ."""
    click.echo(f"{found.drawn} of {found.could} observations are drawn (judge {found.judge}).")
    table = Table("annotator", "labeled", "undecided", "left")
    for share in found.shares:
        table.add_row(share.annotator, str(share.done), str(share.undecided), str(share.left))
    Console().print(table)
    if len(found.shares) < 2:
        click.echo("Agreement needs two annotators.")
        return
    for what, agreed in (("harm or not", found.harm), ("the outcome", found.outcome)):
        click.echo(
            f"Agreement on {what}: {_share_text(agreed.raw)} of {agreed.cases} cases that two"
        )
        click.echo(f"  or more labeled; {_beyond_text(agreed.beyond_chance)}.")
    _print_disputes(found.disputes)


def standing_json(found: labeling.Standing) -> dict[str, object]:
    """The same for machines; what is not known is null."""
    return {
        "judge": found.judge,
        "seed": found.seed,
        "drawn": found.drawn,
        "could_be_drawn": found.could,
        "annotators": [asdict(share) for share in found.shares],
        "agreement": {
            name: {
                "cases": agreed.cases,
                "raw": _known(agreed.raw.point),
                "beyond_chance": _known(agreed.beyond_chance.point),
                "low": _known(agreed.beyond_chance.low),
                "high": _known(agreed.beyond_chance.high),
                "method": agreed.beyond_chance.method,
            }
            for name, agreed in (("harm", found.harm), ("outcome", found.outcome))
        },
        "disputes": [
            {
                "scenario": dispute.observation.scenario,
                "model": dispute.observation.model,
                "sample_id": dispute.observation.sample_id,
                "epoch": dispute.observation.epoch,
                "about_harm": dispute.about_harm,
                "outcomes": {label.annotator: label.finding.outcome for label in dispute.labels},
            }
            for dispute in found.disputes
        ],
    }


def _print_disputes(disputes: tuple[labeling.Dispute, ...]) -> None:
    for dispute in disputes[:_SHOWN]:
        entry = dispute.observation
        said = ", ".join(
            f"{d.annotator}: {d.finding.outcome or 'undecided'}" for d in dispute.labels
        )
        about = "harm or not" if dispute.about_harm else "how severe"
        click.echo(f"  {about}: {said}")
        click.echo(f"    {entry.scenario} {entry.model} {entry.sample_id} epoch {entry.epoch}")
    if len(disputes) > _SHOWN:
        click.echo(f"  and {len(disputes) - _SHOWN} more: --json lists all")


def _share_text(raw: Estimate) -> str:
    return "unknown" if isnan(raw.point) else f"{raw.point:.0%}"


def _beyond_text(found: Coefficient) -> str:
    if not found.known:
        return f"beyond chance unknown: {found.method}"
    return f"{found.method}: {found.point:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _known(number: float) -> float | None:
    return None if isnan(number) else number


def _labels(folder: Path) -> Labels:
    try:
        return read_labels(folder)
    except NoLabels as error:
        raise UserError(
            f"{folder} holds no labels",
            got=f"no {LABELS_FILE}",
            expected="a run that somebody labeled",
            then=f'turncoat label {folder} --annotator "Your Name"',
        ) from error
    except LabelsUnreadable as error:
        raise _unusable(folder / LABELS_FILE, error) from error


def _unusable(path: Path, error: LabelsUnreadable | LabelsUnsaved) -> UserError:
    return UserError(
        f"{path} cannot be used",
        got=str(error),
        expected="a file of labels of this version of turncoat, in a folder that can be written",
        then="move it aside for a new draw, or label with the version that made it",
    )


def _name_from(annotator: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", annotator).split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UserError(
            "--annotator",
            got=repr(annotator[:_LONGEST_NAME]),
            expected=f"a person's name of up to {_LONGEST_NAME} letters",
            then='e.g. --annotator "Ada Moreau"',
        )
    return name


def _refuse_namesake(name: str, labels: Labels) -> None:
    """One person under two spellings would agree with itself."""
    for other in labels.annotators:
        if other.casefold() == name.casefold() and other != name:
            raise UserError(
                "--annotator is another spelling of one who labeled here",
                got=name,
                expected=other,
                then=f'--annotator "{other}" to go on, or a name that differs in its letters',
            )


def _packs(run: Run, wanted: Wanted) -> dict[str, Scenario]:
    own = {pack.name: pack for pack in (scenario_from(str(path)) for path in wanted.packs)}
    return {name: own.get(name) or scenario_from(name) for name in run.scenarios}


def _held(store: LabelStore, wanted: Wanted) -> Draw | None:
    """The draw that the store holds, extended if more is wanted; None if it holds none."""
    try:
        held = store.read().draw
    except NoLabels:
        return None
    _refuse_other_draw(held, wanted)
    if wanted.labels is None or wanted.labels <= held.size:
        return held
    return store.extend(labeling.extended(held, wanted.labels))


def _begun(store: LabelStore, run: Run, wanted: Wanted, packs: Mapping[str, Scenario]) -> Draw:
    draw = _new_draw(run, wanted)
    labeling.refuse_other_packs(run.observations, packs)
    return store.begin(draw)


def _new_draw(run: Run, wanted: Wanted) -> Draw:
    try:
        judge = labeling.judge_for(run.observations, wanted.judge)
    except labeling.UnknownJudge as error:
        raise UserError(
            "--judge",
            got=str(error),
            expected=f"one of {', '.join(error.judges)}",
            then=f'e.g. --judge "{error.judges[0]}": its verdicts make the strata',
        ) from error
    frame = labeling.frame_of(run.observations, judge)
    if frame.rows.empty:
        raise UserError(
            "there is nothing to label",
            got=f"{frame.left_out} observations, none with an answer",
            expected="a run with answers",
            then="run it first: the same `turncoat run` goes on",
        )
    try:
        return labeling.drawn_from(
            frame, labels=wanted.labels or labeling.LABELS, seed=wanted.seed or 0
        )
    except labeling.TooFewLabels as error:
        raise UserError(
            "--labels",
            got=str(error),
            expected=f"at least {error.strata}, better five times as many",
            then=f"e.g. --labels {5 * error.strata}",
        ) from error


def _refuse_other_draw(held: Draw, wanted: Wanted) -> None:
    for option, asked, has in (
        ("--judge", wanted.judge, held.judge),
        ("--seed", wanted.seed, held.seed),
    ):
        if asked is not None and asked != has:
            raise UserError(
                f"{option} is another one than the draw was made with",
                got=str(asked),
                expected=str(has),
                then=f"leave {option} out to go on, or move {LABELS_FILE} aside for a new draw",
            )


def _tell(draw: Draw, run: Run, wanted: Wanted) -> None:
    """What is drawn, and what could not be."""
    could = len(draw.observations)
    click.echo(f"{draw.size} of {could} observations are drawn, from {len(draw.strata)} strata.")
    if wanted.labels is not None and wanted.labels < draw.size:
        click.echo(f"A draw does not shrink: --labels {wanted.labels} changes nothing.", err=True)
    frame = labeling.frame_of(run.observations, draw.judge)
    if frame.left_out:
        click.echo(f"{frame.left_out} have no answer to label (not run, or ended in an error).")
    newer = len(frame.rows) - could
    if newer > 0:
        click.echo(
            f"{newer} are newer than the draw and cannot be in it; a new draw needs a new file."
        )
