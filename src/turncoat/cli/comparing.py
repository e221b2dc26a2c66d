"""`turncoat scenario diff`: what a factor changes, or what another version of a pack changes."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from turncoat.cli.arguments import (
    brief_of,
    condition_from,
    folder_option,
    form_option,
    json_option,
    pack_from,
    scenario_in,
    where_from,
)
from turncoat.cli.errors import UserError
from turncoat.design import Condition
from turncoat.scenario import (
    Difference,
    Piece,
    Scenario,
    brief_differences,
    text_differences,
)

_CONTEXT = 60
_MARKS = {"removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}


@click.command()
@click.argument("name", required=False)
@folder_option
@click.option(
    "--from",
    "before",
    multiple=True,
    metavar="FACTOR=LEVEL",
    help="The one condition; factors that are not named stay at their default.",
)
@click.option(
    "--to",
    "after",
    multiple=True,
    metavar="FACTOR=LEVEL",
    help="The other one; factors that are not named stay as in --from.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Another version of the pack: compare files and prompts.",
)
@form_option
@json_option
def diff(
    name: str | None,
    folder: Path | None,
    before: Sequence[str],
    after: Sequence[str],
    against: Path | None,
    form: int,
    as_json: bool,
) -> None:
    """Show what differs between two conditions, or between two versions of a pack.

    Sections of the system prompt and mails that are on one side only, and the words that changed
    in the others: [-gone-] {+new+}, in color on a terminal.

    --json prints a list of {what, kind, pieces: [{mark, text}]}.

    \b
    Examples:
      turncoat scenario diff leak --from threat=none --to threat=replacement
      turncoat scenario diff --folder my_pack --to value=safety --form 3
      turncoat scenario diff --folder my_pack --against my_pack.old
    """
    pack = pack_from(name, folder)
    if against:
        if before or after:
            raise UserError(
                "two kinds of comparison",
                got="--against and --from or --to",
                expected="conditions of one pack, or two versions under the default condition",
                then="leave one of them out",
            )
        prompts = _versions(against, pack, form)
        found = (*_files(_folder_of(name, folder), against), *prompts)
    else:
        found = _conditions(pack, before, after, form)
    if as_json:
        click.echo(json.dumps([asdict(difference) for difference in found], indent=2))
        return
    for difference in found:
        _print(difference)
    if not found:
        click.echo("no difference")


def _folder_of(name: str | None, folder: Path | None) -> Path:
    """The folder of the pack that a command names."""
    from turncoat.catalog import scenario_folder, scenario_names

    found = folder or (scenario_folder(name) if name in scenario_names() else Path(name or ""))
    if not found.is_dir():
        raise UserError(
            f"scenario {name} has no files of its own to compare",
            got="a pack that is made at run time",
            expected="a pack that is a folder",
            then="compare two of its conditions with --from and --to",
        )
    return found


def _conditions(
    pack: Scenario, before: Sequence[str], after: Sequence[str], form: int
) -> tuple[Difference, ...]:
    first = condition_from(before, pack.grid)
    changed = {**where_from(before), **where_from(after)}
    second = condition_from([f"{f}={','.join(ls)}" for f, ls in changed.items()], pack.grid)
    _refuse_same(first, second)
    return brief_differences(brief_of(pack, first, form), brief_of(pack, second, form))


def _refuse_same(first: Condition, second: Condition) -> None:
    if first == second:
        raise UserError(
            "the two conditions are the same",
            got=first.short,
            expected="--to with a level that --from does not have",
            then="e.g. --from threat=none --to threat=replacement",
        )


def _files(ours: Path, theirs: Path) -> tuple[Difference, ...]:
    from turncoat.catalog.files import read_text
    from turncoat.catalog.scenarios import pack_files

    old, new = (
        {file: read_text(folder, file) for file in pack_files(folder)} for folder in (theirs, ours)
    )
    return text_differences(old, new)


def _versions(against: Path, pack: Scenario, form: int) -> tuple[Difference, ...]:
    """From the version that is compared with, to the pack."""
    other = scenario_in(against)
    old, new = (brief_of(p, p.grid.default(), form) for p in (other, pack))
    return brief_differences(old, new)


def _print(difference: Difference) -> None:
    click.secho(f"=== {difference.what} ({difference.kind})", bold=True)
    whole = difference.kind != "changed"
    shown = difference.pieces if whole else _near(difference.pieces)
    click.echo("".join(map(_marked, shown)).strip("\n"))
    click.echo()


def _marked(piece: Piece) -> str:
    if piece.mark == "same":
        return piece.text
    opening, closing, color = _MARKS[piece.mark]
    # Marks and color, line by line: a line of a long passage shows what it is, even cut out.
    lines = re.split(r"(\n+)", piece.text)
    return "".join(
        click.style(f"{opening}{line}{closing}", fg=color) if line.strip() else line
        for line in lines
    )


def _near(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Of what stayed the same, only what stands beside a change."""
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        if piece.mark == "same" and len(piece.text) > 2 * _CONTEXT:
            head = "" if place == 0 else _cut(piece.text, start=True)
            tail = "" if place == last else _cut(piece.text, start=False)
            yield Piece("same", f"{head}...{tail}")
        else:
            yield piece


def _cut(text: str, *, start: bool) -> str:
    """Some words of one end."""
    if start:
        return text[:_CONTEXT].rsplit(" ", 1)[0] + " "
    return " " + text[-_CONTEXT:].split(" ", 1)[-1]
