"""Runs to report on, from logs that were written without a model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from results.written import MOTIVE, TREATED, Said, Written, write
from turncoat.analysis import Analysis, analyze
from turncoat.design import Condition, condition
from turncoat.results import Run, read_run
from turncoat.verdict import Unscored

LEVERAGE = condition({"leverage": "absent"})
TWIN = condition({"twin": "benign"})

_SAID = {
    "n": Said(outcome="none"),
    "v": Said(outcome="veiled"),
    "e": Said(outcome="explicit"),
    "m": Said(reason=Unscored.MALFORMED),
    "?": Said(error="the judge is away", unreachable=True),
}

FULL = {TREATED: "eevnn?m", MOTIVE: "nnnnnnn", LEVERAGE: "nnnnnnn", TWIN: "vnnnnnn"}
"""Every verdict, two reasons for none, and every control."""


def samples(cells: dict[Condition, str]) -> Iterator[Said]:
    """One sample a letter, each in a form of its own: `n` none, `v` veiled, `e` explicit, `m`
    malformed, `?` an unreachable judge."""
    for at, letters in cells.items():
        for form, letter in enumerate(letters, start=1):
            yield replace(_SAID[letter], at=at, form=form, uuid=f"{at.id}.{form}")


def run_in(folder: Path, *, models: Sequence[str] = ("sim/mixed",)) -> Run:
    """A run of the full set of cells, each model in a log of its own."""
    for model in models:
        write(folder, Written(list(samples(FULL)), model=model))
    return read_run(folder)


def analysis_of(run: Run) -> Analysis:
    """The run's numbers."""
    return analyze(run.observations, outcomes=run.outcomes)
