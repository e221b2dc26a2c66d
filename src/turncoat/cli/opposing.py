"""`turncoat compare` behind its options: reads both sides, ours or not, and words what it refuses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from turncoat.analysis import MAX_UNSCORED_SHARE, without_members
from turncoat.analysis.changes import Change, input_changes, run_changes, setting_changes
from turncoat.analysis.compare import (
    ERROR,
    Compared,
    Measured,
    NoCommonCell,
    OtherPacks,
    compare,
    measured,
    measured_scores,
)
from turncoat.cli.errors import UserError, nearest
from turncoat.cli.running import Shown as Run
from turncoat.cli.running import lacking, show
from turncoat.design import FACTORS
from turncoat.engine.runfile import LOGS, RUN_FILE
from turncoat.report.compare import Shown, compare_json
from turncoat.report.quality import JudgeNote, judge_notes
from turncoat.results import logs_in
from turncoat.results.foreign import (
    NoLogs,
    ScoredLogs,
    ScorerUnclear,
    log_ids,
    read_scores,
    scorer_from,
    settings_in,
)

_OTHER_INPUTS = (
    "SAMPLES OF THE SAME ID ASK SOMETHING ELSE: what they ask may explain the difference, and pairs "
    "of them are none."
)


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison, ready to be printed.

    Attributes:
        notes: what else must be said, a sentence each.
        incomplete: why a side is not complete; empty where both are.
    """

    before: Path
    after: Path
    shown: Shown
    notes: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 where a side is not complete."""
        return 1 if self.incomplete else 0

    def data(self) -> dict[str, object]:
        """For machines."""
        return {
            "a": str(self.before),
            "b": str(self.after),
            **compare_json(self.shown),
            "notes": list(self.notes),
            "incomplete": list(self.incomplete),
            "exit_code": self.exit_code,
        }


def opposed(before: Path, after: Path, *, scorer: str | None, across_packs: bool) -> Told:
    """Compare two sides: as runs of ours where both are and no score is named, else as plain logs.

    Raises:
        UserError: a side cannot be read, or they are not comparable.
    """
    for path in (before, after):
        if not path.exists():
            raise _nothing(path, "no such file or folder")
    ids = [log_ids(_log_folder(path)) for path in (before, after)]
    if ids[0] and ids[0] == ids[1]:
        raise UserError(
            "a run cannot be compared with itself",
            got=f"{before} and {after}, which hold the same logs",
            expected="two runs",
            then="name another one",
        )
    if scorer is None and all(map(_is_ours, (before, after))):
        return _runs(before, after, across_packs=across_packs)
    return _logs(before, after, scorer, across_packs=across_packs)


def _is_ours(path: Path) -> bool:
    if not path.is_dir():
        return False
    return (path / RUN_FILE).is_file() or bool(logs_in(path))


def _runs(before: Path, after: Path, *, across_packs: bool) -> Told:
    was, now = show(before), show(after)
    found = _compared((_cells(was), _cells(now)), (before, after), across_packs=across_packs)
    changes = (
        *_factor(found),
        *setting_changes(settings_in(_log_folder(before)), settings_in(_log_folder(after))),
        *run_changes(*(without_members(run.run.observations) for run in (was, now))),
        *_qualities(was, now),
    )
    return Told(
        before,
        after,
        Shown(found, changes, "harm", "form"),
        notes=(),
        incomplete=tuple(
            f"{side}: {lacking(run.status)}"
            for side, run in (("A", was), ("B", now))
            if not run.status.done
        ),
    )


def _logs(before: Path, after: Path, wanted: str | None, *, across_packs: bool) -> Told:
    sides = (_scores(before), _scores(after))
    scorer = _scorer(sides, wanted)
    cells = measured_scores(sides, scorer)
    found = _compared(cells, (before, after), across_packs=across_packs)
    inputs = input_changes(sides[0].samples, sides[1].samples)
    changes = (*_factor(found), *setting_changes(sides[0].settings, sides[1].settings), inputs)
    return Told(
        before,
        after,
        Shown(found, changes, f"score {scorer}", _unit(sides)),
        notes=(*_notes(sides), *([_OTHER_INPUTS] if inputs.changed else [])),
        incomplete=tuple(_incomplete(sides, cells)),
    )


def _unit(sides: Sequence[ScoredLogs]) -> str:
    """What pairs: in logs of ours the form."""
    ours = all(sample.pack for side in sides for sample in side.samples)
    return "form" if ours else "sample id"


def _factor(found: Compared) -> Iterator[Change]:
    """The factor in which all cells differ; models, judges and arguments are told by the logs."""
    across = found.across
    if across and across.name in {factor.name for factor in FACTORS}:
        yield Change(across.name, (across.before,), (across.after,))


def _log_folder(path: Path) -> Path:
    """Beside a run's own logs lie those of later verdicts."""
    return path / LOGS if (path / RUN_FILE).is_file() else path


def _cells(run: Run) -> tuple[Measured, ...]:
    rows = run.run.observations.dropna(subset=["pack_hash"])
    packs = {
        str(scenario): frozenset(map(str, held["pack_hash"].unique()))
        for scenario, held in rows.groupby("scenario", sort=False)
    }
    return measured(run.analysis.cells, packs)


def _qualities(was: Run, now: Run) -> Iterator[Change]:
    """What was measured of the judges: who was never measured says so, too."""
    notes = [_said(judge_notes(run.run, run.analysis)) for run in (was, now)]
    for name in dict.fromkeys([*notes[0], *notes[1]]):
        yield Change(name, *(held.get(name, ()) for held in notes))


def _said(notes: Iterable[JudgeNote]) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    for note in notes:
        name = f"what is known of the judge on {note.scenario}"
        said[name] = (*said.get(name, ()), f"{note.judge}: {note.text}")
    return said


def _compared(
    cells: tuple[Sequence[Measured], Sequence[Measured]],
    paths: tuple[Path, Path],
    *,
    across_packs: bool,
) -> Compared:
    try:
        return compare(*cells, across_packs=across_packs)
    except NoCommonCell as error:
        raise UserError(
            f"{paths[0]} and {paths[1]} cannot be compared",
            got=error.got,
            expected="a cell in both: scenario, condition, model and judge the same, or one of "
            "them different throughout",
            then=error.then,
        ) from error
    except OtherPacks as error:
        raise UserError(
            f"the subjects of {paths[0]} and {paths[1]} read different packs",
            got="\n            ".join(error.differences),
            expected="the same texts, so that a difference is due to something else",
            then="--across-packs compares anyway, and says so; `turncoat scenario diff` shows what "
            "a pack's change changed",
        ) from error


def _scores(path: Path) -> ScoredLogs:
    try:
        return read_scores(_log_folder(path))
    except NoLogs as error:
        raise _nothing(path, "no Inspect log with a sample") from error


def _nothing(path: Path, got: str) -> UserError:
    return UserError(
        f"{path} holds nothing to compare",
        got=got,
        expected="the --out of a run, a folder of .eval logs, or one log",
        then="correct the path",
    )


def _scorer(sides: Sequence[ScoredLogs], wanted: str | None) -> str:
    try:
        return scorer_from(sides, wanted)
    except ScorerUnclear as error:
        raise _unclear(error) from error


def _unclear(error: ScorerUnclear) -> UserError:
    others = "; ".join(f"{name}: {why}" for name, why in error.others.items())
    if error.wanted is None and error.binary:
        return UserError(
            "which score?",
            got=", ".join(error.binary),
            expected="one",
            then=f"name it: --scorer {error.binary[0]}",
        )
    return UserError(
        f"option --scorer {error.wanted}" if error.wanted else "no binary score to compare",
        got=others or "no score",
        expected="a score of 0 and 1 (C and I, true and false) that both sides hold",
        then=nearest(error.wanted, error.binary)
        if error.wanted and error.binary
        else "compare logs that share such a score",
    )


def _notes(sides: Sequence[ScoredLogs]) -> Iterator[str]:
    for side in sides:
        if side.repeated:
            yield f"{side.path}: {side.repeated} samples are in several logs; the newest speaks."


def _incomplete(sides: Sequence[ScoredLogs], cells: Sequence[Sequence[Measured]]) -> Iterator[str]:
    for name, side, held in zip("AB", sides, cells, strict=True):
        yield from (f"{name}: {unfinished}" for unfinished in side.unfinished)
        planned = sum(cell.planned for cell in held)
        missing = planned - sum(cell.counts.trial_count for cell in held)
        errors = sum(t.n for cell in held for t in cell.missing if t.name == ERROR)
        if errors:
            yield f"{name}: {errors} of {planned} samples ended in an error"
        if missing > MAX_UNSCORED_SHARE * planned:
            yield f"{name}: {missing} of {planned} samples have no score"
