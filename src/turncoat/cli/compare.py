"""`turncoat compare`: two runs, or any two Inspect logs with a binary score, cell by cell."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import json_option

if TYPE_CHECKING:
    from turncoat.cli.opposing import Told

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("before", metavar="RUN_A", type=_PATH)
@click.argument("after", metavar="RUN_B", type=_PATH)
@click.option(
    "--scorer",
    metavar="NAME",
    help="The score to compare, of logs that are not ours or hold several; then both sides are read "
    "as plain Inspect logs.",
)
@click.option(
    "--across-packs",
    is_flag=True,
    help="Compare also where the subjects read another version of the pack.",
)
@json_option
def command(
    before: Path, after: Path, scorer: str | None, across_packs: bool, as_json: bool
) -> None:
    """Compare two runs, cell by cell: checkpoints, versions, mitigations. B minus A.

    RUN_A and RUN_B are the --out of a run, a folder of `.eval` logs, or one log. Logs need not be
    ours: any Inspect score of 0 and 1 is read (C and I, true and false); no answer, nothing and NaN
    are missing, and never 0.

    Cells are matched by scenario, condition, model and judge. Where the runs differ throughout in
    exactly one of model, judge or one factor, they are matched by the others. Cells are paired by
    form (by sample id in logs that are not ours; epochs are replicates of it), and compared as
    independent where fewer than five forms are shared. p is adjusted for the number of comparisons.
    A table says what was changed between the runs: packs, models, judges and how they were measured,
    settings, prompts, versions.

    \b
    --json prints one object:
      across     in what all cells differ: {what, a, b}, or null
      pairs      list of {scenario, condition, role, a and b: {model, judge, condition, planned,
                 scored, missing, n, rate, low, high, method}, difference, low, high, level, method,
                 paired, pairs, rose, fell, left_out, p, p_method, p_holm, worst_low, worst_high,
                 other_pack}
      only_in_a, only_in_b, refused   lists of {scenario, condition, model, judge, why}
      changes    list of {what, a, b, changed}
      a, b       the two sides
      incomplete list of reasons why a side is not complete
      notes, event, simulated, exit_code

    \b
    Exit codes:
      0    compared
      1    compared, but a side is not complete: errors, or more than 5 % unscored
      2    not comparable, or a mistake in the command
      130  interrupted

    \b
    Examples:
      turncoat compare runs/checkpoint-1 runs/checkpoint-2
      turncoat compare runs/before runs/after --json > difference.json
      turncoat compare runs/pack-1 runs/pack-2 --across-packs
      turncoat compare logs/base.eval logs/tuned.eval --scorer match
    """
    from turncoat.cli.opposing import opposed

    told = opposed(before, after, scorer=scorer, across_packs=across_packs)
    if as_json:
        click.echo(json.dumps(told.data(), indent=2))
    else:
        _print(told)
    raise click.exceptions.Exit(told.exit_code)


def _print(told: "Told") -> None:
    from rich.console import Console

    from turncoat.report.compare import changes_table, compare_lines, compare_table, same_line

    click.echo(f"A: {told.before}\nB: {told.after}")
    Console().print(compare_table(told.shown))
    for line in (*compare_lines(told.shown), *told.notes):
        click.echo(line)
    if any(change.changed for change in told.shown.changes):
        Console().print(changes_table(told.shown))
    else:
        click.echo("Nothing that the logs tell was changed from A to B.")
    click.echo(same_line(told.shown))
    for why in told.incomplete:
        click.echo(f"Not complete (exit code 1): {why}.")
