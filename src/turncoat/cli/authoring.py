"""`turncoat scenario new` and `schema`: a pack to begin from, and what an editor checks it with."""

from pathlib import Path
from uuid import uuid4

import click

from turncoat.catalog.authoring import Unwritable, new_pack, template_hazards
from turncoat.catalog.schema import scenario_schema
from turncoat.cli.errors import UserError, unwritable


@click.command()
@click.argument("name")
@click.option(
    "--hazard", type=click.Choice(template_hazards()), required=True, help="The harm it stages."
)
@click.option(
    "--to",
    "parent",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where the pack's folder is made  [default: here]",
)
def new(name: str, hazard: str, parent: Path) -> None:
    """Write a small pack that lints and runs as it is, to be made your own text by text.

    It has every part of its hazard's story, every factor, a canary of its own, and comments that
    say what each part is for.

    \b
    Examples:
      turncoat scenario new my_pack --hazard leak
      turncoat scenario new my_pack --hazard lethal --to packs
    """
    folder = parent / name
    try:
        written = new_pack(folder, hazard=hazard, canary=str(uuid4()))
    except Unwritable as error:
        raise UserError(error.problem, then=error.remedy) from error
    except OSError as error:
        raise unwritable(folder, error) from error
    click.echo(f"{len(written)} files in {folder}")
    click.echo(f"next: turncoat scenario lint --folder {folder}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of `scenario.yaml`, for an editor that completes and checks.

    A pack that `turncoat scenario new` wrote has it beside its scenario.yaml.

    \b
    Example:
      turncoat scenario schema > scenario.schema.json
    """
    click.echo(scenario_schema(), nl=False)
