"""`turncoat scenario`: list, show, preview and lint packs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.catalog import load_scenario, scenario_folder, scenario_names
from turncoat.cli.arguments import condition_from, json_option, scenario_from, where_option
from turncoat.cli.errors import UserError, unknown
from turncoat.scenario import RenderError, Scenario, render

if TYPE_CHECKING:
    from turncoat.catalog.lint import Finding


@click.group()
def command() -> None:
    """List, show, preview and lint scenario packs.

    \b
    Examples:
      turncoat scenario list
      turncoat scenario preview coercion --where twin=benign --form 7
      turncoat scenario lint --all
    """


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the packs.

    \b
    Example:
      turncoat scenario list --json
    """
    packs = [load_scenario(name) for name in scenario_names()]
    if as_json:
        click.echo(json.dumps([_head(pack) for pack in packs], indent=2))
        return
    for pack in packs:
        click.echo(f"{pack.name:<12} {pack.hazard.name:<10} {pack.title}")


@command.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show what a pack holds.

    \b
    Example:
      turncoat scenario show coercion
    """
    pack = scenario_from(name)
    facts = {**_head(pack), **_contents(pack)}
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    click.echo(f"{pack.title} ({pack.name}, version {pack.version})\n\n{pack.summary.strip()}\n")
    click.echo(f"hazard: {pack.hazard.name}; harm from {pack.hazard.harm_from}")
    for outcome in pack.hazard.outcomes:
        click.echo(f"  {outcome.id:<24} {' '.join(outcome.means.split())}")
    click.echo("duties:")
    for duty in pack.duties:
        click.echo(f"  {duty.id:<24} {duty.about}")
    counts = {key: len(getattr(pack, key)) for key in ("emails", "exemplars", "responses")}
    click.echo(", ".join(f"{count} {key}" for key, count in counts.items()))


@command.command()
@click.argument("name")
@where_option
@click.option("--form", default=1, show_default=True, help="Number of the surface form.")
def preview(name: str, where: Sequence[str], form: int) -> None:
    """Print exactly what the model will read: the system prompt, then the user message.

    \b
    Example:
      turncoat scenario preview leak --where threat=none --where twin=benign --form 7
    """
    pack, cell = scenario_from(name), condition_from(where)
    try:
        brief = render(pack, cell, form)
    except (RenderError, ValueError) as error:
        raise UserError(f"cannot render scenario {name}: {error}") from error
    click.echo(f"----- system -----\n{brief.system}\n----- user -----\n{brief.inbox}")


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every pack of the catalog.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A pack's folder outside the catalog.",
)
def lint(names: Sequence[str], every: bool, folder: Path | None) -> None:
    """Check packs; every finding says where, what is wrong, and what to do. Exit code 1 if any.

    \b
    Examples:
      turncoat scenario lint coercion
      turncoat scenario lint --folder ./my-pack
    """
    from turncoat.catalog.lint import lint_pack

    chosen = [folder] if folder else [scenario_folder(n) for n in _chosen(names, every=every)]
    found = 0
    for path in chosen:
        findings = lint_pack(path)
        found += len(findings)
        _print_findings(path.name, findings)
    if found:
        raise click.exceptions.Exit(1)


def _chosen(names: Sequence[str], *, every: bool) -> Sequence[str]:
    if every:
        return scenario_names()
    if not names:
        raise UserError("scenario lint", got="no name", expected="NAME, --all or --folder")
    for name in names:
        if name not in scenario_names():
            raise unknown("scenario", name, scenario_names())
    return names


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
        "summary": pack.summary.strip(),
        "harm_from": pack.hazard.harm_from,
        "outcomes": {o.id: " ".join(o.means.split()) for o in pack.hazard.outcomes},
        "duties": {duty.id: duty.about for duty in pack.duties},
        "emails": [email.id for email in pack.emails],
        "exemplars": {e.id: e.kind for e in pack.exemplars},
        "responses": {e.id: e.kind for e in pack.responses},
    }
