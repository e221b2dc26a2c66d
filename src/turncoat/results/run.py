"""The table of observations of a run, from its logs alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pandas as pd

from turncoat.design import SampleKey
from turncoat.results.choice import Logged, chosen, samples
from turncoat.results.logs import SIMULATED, Arm, Log, TaskFacts, logs_in, verdicts_in
from turncoat.results.quality import JudgeQuality, qualities_for, quality_folder
from turncoat.results.rejudged import later_rows
from turncoat.results.rows import OF_PANEL, Row, cell_of, rows_of
from turncoat.results.schema import KEY, observations
from turncoat.results.summaries import summary_rows
from turncoat.verdict import Unscored

UNKNOWN_JUDGE = "unknown"
"""Stands where no sample of a run was ever judged, so that no log names its judge."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A sample of one epoch that a run asks for."""

    scenario: str
    model: str
    key: SampleKey
    epoch: int


@dataclass(frozen=True, slots=True)
class Run:
    """What a folder of logs holds.

    Attributes:
        log_dir: the folder; the table's column `log` is relative to it.
        observations: the checked table; exactly the planned rows.
        scenarios: name to what the newest log says of it.
        qualities: identity of a judge to what was measured of it; absent where nothing was.
        beside: samples in the logs that the planned rows leave out.
    """

    log_dir: Path
    observations: pd.DataFrame
    scenarios: dict[str, TaskFacts]
    qualities: Mapping[str, JudgeQuality] = field(default_factory=dict)
    beside: int = 0

    @property
    def outcomes(self) -> dict[str, tuple[str, ...]]:
        """Scenario to the ids of its ordered outcomes, lowest first."""
        return {
            name: tuple(outcome.id for outcome in facts.outcomes)
            for name, facts in self.scenarios.items()
        }

    @property
    def arms(self) -> dict[str, Arm]:
        """Scenario to its hazard, and whose story it is."""
        return {
            name: Arm(hazard=facts.hazard, story=facts.story)
            for name, facts in self.scenarios.items()
        }


def read_run(
    log_dir: str | Path,
    *,
    planned: Iterable[Planned] | None = None,
    later: Path | None = None,
) -> Run:
    """The observations of a run.

    Args:
        log_dir: folder of `.eval` logs.
        planned: the rows to show; None: what the logs planned, all together.
        later: folder of verdicts that other judges gave on the same answers later; it need not be
            there. None: they are left out, wherever they lie.

    Raises:
        FileNotFoundError: there is no such folder.
        ObservationsError: a log holds what no log of ours can hold.
    """
    logs = logs_in(log_dir)
    wanted = planned_in(logs) if planned is None else list(planned)
    found = _rows(logs, _whole_rows)
    others = later_rows(found, verdicts_in(later, root=log_dir)) if later else []
    table = _table([*_judges_named(found), *others], wanted)
    scenarios = {log.facts.scenario: log.facts for log in reversed(logs)}
    return Run(
        Path(log_dir),
        table,
        scenarios,
        qualities_for(table, quality_folder()),
        beside=len(_samples_of(found) - {_sample(want) for want in wanted}),
    )


def _samples_of(rows: Iterable[Row]) -> set[tuple[object, ...]]:
    names = ("scenario", "model", "sample_id", "epoch")
    return {tuple(row[name] for name in names) for row in rows}


def _sample(planned: Planned) -> tuple[object, ...]:
    return planned.scenario, planned.model, planned.key.id, planned.epoch


def read_verdicts(
    log_dir: str | Path, *, planned: Iterable[Planned] | None = None, later: Path
) -> pd.DataFrame:
    """The first judges' verdicts beside the later ones, without reading a sample of the run again.

    A table of observations in which columns are missing that only the run's own samples tell, such
    as their tokens; the later verdicts are whole.

    Args:
        log_dir: folder of `.eval` logs.
        planned: the rows to show; None: what the logs planned, all together.
        later: folder of the later verdicts.
    """
    logs = logs_in(log_dir)
    wanted = planned_in(logs) if planned is None else list(planned)
    found = _rows(logs, summary_rows)
    return _table(
        [*_judges_named(found), *later_rows(found, verdicts_in(later, root=log_dir))], wanted
    )


def _table(rows: Sequence[Row], wanted: Sequence[Planned]) -> pd.DataFrame:
    return observations(complete_with_plan(_once(rows), wanted))


def read_observations(log_dir: str | Path) -> pd.DataFrame:
    """The table of a run's observations; see `read_run`."""
    return read_run(log_dir).observations


def planned_in(logs: Sequence[Log]) -> list[Planned]:
    """What the logs were to hold, all together: each row once, those of newer logs first.

    Args:
        logs: newest first.
    """
    rows = (
        Planned(log.facts.scenario, log.model, key, epoch)
        for log in logs
        for key, epoch in product(log.planned, range(1, log.epochs + 1))
    )
    return list(dict.fromkeys(rows))


def complete_with_plan(rows: Sequence[Row], planned: Sequence[Planned]) -> list[Row]:
    """Exactly the planned rows: what the plan does not ask for is left out, what is absent is added.

    A sample that nobody judged becomes an unscored row with the reason `not_run`, so that a cell in
    which nothing ran shows as missing. A judge is not asked for what another one judged.
    """
    held = {tuple(row[name] for name in KEY): row for row in rows}
    judges = _judges(rows)
    completed: list[Row] = []
    for want in planned:
        names = judges.of(want.scenario)
        keys = [(want.scenario, want.model, want.key.id, want.epoch, judge) for judge in names]
        found = [held[key] for key in keys if key in held]
        completed += found or [_not_run(want, judge, judges.panels) for judge in names]
    return completed


def _not_run(want: Planned, judge: str, panels: Mapping[str, object]) -> Row:
    return {
        **cell_of(want.key),
        "scenario": want.scenario,
        "model": want.model,
        "epoch": want.epoch,
        "judge": judge,
        "panel": panels.get(judge),
        "verdict": "unscored",
        "reason": Unscored.NOT_RUN.value,
        "simulated": any(SIMULATED in name for name in (want.model, judge)),
    }


def _rows(logs: Sequence[Log], rows_in: Callable[[Sequence[Logged]], Iterable[Row]]) -> list[Row]:
    """Rows in the order in which they win: judged ones first, then newer logs."""
    place = {log.name: number for number, log in enumerate(logs)}
    return sorted(
        rows_in(chosen(logs)), key=lambda row: (row["judge"] is None, place[str(row["log"])])
    )


def _whole_rows(entries: Sequence[Logged]) -> Iterator[Row]:
    for log, sample in samples(entries):
        yield from rows_of(log, sample)


@dataclass(frozen=True, slots=True)
class _Judges:
    """Who judged.

    Attributes:
        by_scenario: scenario to the judges that judged anything of it.
        panels: member to its panel.
    """

    by_scenario: dict[str, set[str]]
    panels: dict[str, object]

    def of(self, scenario: str) -> list[str]:
        """Who judges a scenario; where nothing of it was judged, who judges the run."""
        run = set().union(*self.by_scenario.values())
        return sorted(self.by_scenario.get(scenario) or run or {UNKNOWN_JUDGE})


def _judges(rows: Sequence[Row]) -> _Judges:
    by_scenario: dict[str, set[str]] = {}
    panels: dict[str, object] = {}
    for row in rows:
        if row["judge"] is not None:
            by_scenario.setdefault(str(row["scenario"]), set()).add(str(row["judge"]))
        if row.get("panel"):
            panels[str(row["judge"])] = row["panel"]
    return _Judges(by_scenario, panels)


def _judges_named(rows: Sequence[Row]) -> list[Row]:
    """Rows without a judge take each that would have judged them."""
    judges = _judges(rows)
    return [named for row in rows for named in ([row] if row["judge"] else _by_each(row, judges))]


def _by_each(row: Row, judges: _Judges) -> Iterator[Row]:
    for judge in judges.of(str(row["scenario"])):
        panel = judges.panels.get(judge)
        # As in the rows of a verdict: what a panel spent stands in its own row alone.
        yield {**row, "judge": judge, "panel": panel, **(dict.fromkeys(OF_PANEL) if panel else {})}


def _once(rows: Sequence[Row]) -> list[Row]:
    """The first row of every key."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(row[name] for name in KEY), row)
    return list(first.values())
