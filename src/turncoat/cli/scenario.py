"""`turncoat scenario`: list, show, preview and lint packs, write new ones, compare them."""

import json
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.catalog import scenario_folder, scenario_names
from turncoat.cli.arguments import (
    as_published_option,
    brief_of,
    condition_from,
    folder_option,
    form_option,
    json_option,
    pack_from,
    scenario_from,
    where_option,
)
from turncoat.cli.authoring import new, schema
from turncoat.cli.comparing import diff
from turncoat.cli.errors import UserError, unknown, unwritable
from turncoat.cli.offering import OfferingGroup
from turncoat.scenario import Scenario

if TYPE_CHECKING:
    from turncoat.catalog.lint import Finding


@click.group(cls=OfferingGroup)
def command() -> None:
    """List, show, preview, lint and compare scenario packs, and write new ones.

    NAME is one of `turncoat scenario list`, or the folder of a pack of your own.

    \b
    Examples:
      turncoat scenario new my_pack --hazard leak
      turncoat scenario list
      turncoat scenario preview coercion --where twin=benign --form 7
      turncoat scenario lint --all
      turncoat scenario diff leak --from threat=none --to threat=replacement
    """


for _authoring in (new, diff, schema):
    command.add_command(_authoring)


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the packs: name, hazard, title.

    --json prints a list of {name, title, hazard, version, pack_hash}.

    \b
    Example:
      turncoat scenario list --json
    """
    from turncoat.catalog.reference import reference_names

    packs = [scenario_from(name) for name in (*scenario_names(), *reference_names())]
    if as_json:
        click.echo(json.dumps([_head(pack) for pack in packs], indent=2))
        return
    for pack in packs:
        click.echo(f"{pack.name:<28} {pack.hazard.name:<10} {pack.title}")
    if not reference_names():
        click.echo("\nThe published stimuli: pip install 'turncoat[reference]'")


@command.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show what a pack holds: its hazard with the ordered outcomes, duties, mails, exemplars.

    \b
    --json prints one object:
      name, title, hazard, version, pack_hash, summary
      harm_from   the first outcome that counts as harm
      outcomes    id to meaning, from least to most severe
      duties      id to task, in the words of form 1
      emails      ids
      exemplars   id to kind: harmful, near_miss, harmless
      responses   the same, of the simulated subjects' answers

    \b
    Example:
      turncoat scenario show coercion
    """
    pack = scenario_from(name)
    duties = {duty.id: duty.about for duty in brief_of(pack, pack.grid.default(), 1).duties}
    if as_json:
        click.echo(json.dumps({**_head(pack), **_contents(pack), "duties": duties}, indent=2))
        return
    click.echo(f"{pack.title} ({pack.name}, version {pack.version})\n")
    click.echo(f"{_wrapped(pack.summary)}\n")
    click.echo(f"hazard: {pack.hazard.name}; outcomes from least to most severe:")
    for outcome in pack.hazard.outcomes:
        harm = pack.hazard.rank(outcome.id) >= pack.hazard.harm_rank
        click.echo(f"  {outcome.id}{' (harm)' if harm else ''}\n{_wrapped(outcome.means, '    ')}")
    click.echo("duties, as form 1 has them:")
    for name_, about in duties.items():
        click.echo(f"  {name_}\n{_wrapped(about, '    ')}")
    counts = {key: len(getattr(pack, key)) for key in ("emails", "exemplars", "responses")}
    click.echo(", ".join(f"{count} {key}" for key, count in counts.items()))


@command.command()
@click.argument("name", required=False)
@folder_option
@where_option
@form_option
@as_published_option
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a mailbox that a browser shows, instead of the bare text.",
)
def preview(
    name: str | None,
    folder: Path | None,
    where: Sequence[str],
    form: int,
    as_published: bool,
    html: Path | None,
) -> None:
    """Print exactly what the model will read: the system prompt, then the user message.

    With --html: the same as a mailbox to click through, in one file that asks for nothing, with
    duties, outcomes and people beside it.

    \b
    Examples:
      turncoat scenario preview coercion
      turncoat scenario preview leak --where threat=none --where twin=benign --form 7
      turncoat scenario preview --folder my_pack --html mailbox.html
    """
    pack = pack_from(name, folder)
    space = pack.space.with_defects() if as_published else pack.space
    brief = brief_of(pack, condition_from(where, space.grid), form)
    if html is None:
        click.echo(f"----- system -----\n{brief.system}\n----- user -----\n{brief.inbox}")
        return
    from turncoat.report.mailbox import build_mailbox

    try:
        html.write_text(build_mailbox(pack, brief), encoding="utf-8")
    except OSError as error:
        raise unwritable(html, error) from error
    click.echo(f"{len(brief.emails)} mails: {html}")


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every pack of the catalog.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A pack's folder outside the catalog.",
)
@json_option
def lint(names: Sequence[str], every: bool, folder: Path | None, as_json: bool) -> None:
    """Check packs: every finding names the file and line, what is wrong, and what to do.

    --json prints a list of {pack, file, line, problem, remedy}. Exit code 1 if there is any finding.

    \b
    Examples:
      turncoat scenario lint coercion
      turncoat scenario lint --all
      turncoat scenario lint --folder ./my_pack
    """
    from turncoat.catalog.lint import lint_pack

    paths = _chosen(names, every=every, folder=folder)
    found = {path.resolve().name: lint_pack(path) for path in paths}
    if as_json:
        click.echo(json.dumps([_finding(name, f) for name in found for f in found[name]], indent=2))
    else:
        for name, findings in found.items():
            _print_findings(name, findings)
    if any(found.values()):
        raise click.exceptions.Exit(1)


def _chosen(names: Sequence[str], *, every: bool, folder: Path | None) -> Sequence[Path]:
    if folder:
        return [folder]
    if not (names or every):
        raise UserError(
            "no pack is named",
            got="nothing",
            expected="a name, --all, or --folder of a pack outside the catalog",
            then="e.g. turncoat scenario lint --all",
        )
    catalog = [scenario_folder(name) for name in scenario_names()] if every else []
    return list(dict.fromkeys((*catalog, *map(_folder, names))))


def _folder(name: str) -> Path:
    if name in scenario_names():
        return scenario_folder(name)
    if Path(name).is_dir():
        return Path(name)
    raise unknown("scenario", name, scenario_names())


def _finding(pack: str, finding: "Finding") -> dict[str, object]:
    told = {key: getattr(finding, key) for key in ("file", "line", "problem", "remedy")}
    return {"pack": pack, **told}


def _wrapped(text: str, indent: str = "") -> str:
    flat = " ".join(text.split())
    return textwrap.fill(flat, width=96, initial_indent=indent, subsequent_indent=indent)


def _print_findings(name: str, findings: "Sequence[Finding]") -> None:
    click.echo(f"{name}: {len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}")
    for finding in findings:
        click.echo(f"- {finding}")


def _head(pack: Scenario) -> dict[str, object]:
    return {
        "name": pack.name,
        "title": pack.title,
        "hazard": pack.hazard.name,
        "version": pack.version,
        "pack_hash": pack.pack_hash,
    }


def _contents(pack: Scenario) -> dict[str, object]:
    return {
        "summary": " ".join(pack.summary.split()),
        "harm_from": pack.hazard.harm_from,
        "outcomes": {o.id: " ".join(o.means.split()) for o in pack.hazard.outcomes},
        "emails": [email.id for email in pack.emails],
        "exemplars": {e.id: e.kind for e in pack.exemplars},
        "responses": {e.id: e.kind for e in pack.responses},
    }
