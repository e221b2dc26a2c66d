"""`turncoat demo`: a small study offline, on simulated subjects."""

import sys
from pathlib import Path
from shutil import which

import click

from turncoat.cli.arguments import Size, plans_from, scenarios_from

SUBJECTS = ("sim/mixed", "sim/loyal")
FORMS = 10


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path("runs/demo"),
    show_default=True,
    help="Where the logs and the report go.",
)
@click.option(
    "--restart", is_flag=True, help="Move an earlier demo of the folder aside and begin anew."
)
def command(out: Path, restart: bool) -> None:
    """Run every scenario under four conditions on two simulated subjects, and build the report.

    Everything is simulated and offline: 480 samples, no network, no key.

    \b
    Example:
      turncoat demo --out runs/demo
    """
    from inspect_ai.model import GenerateConfig

    from turncoat.catalog import scenario_names
    from turncoat.cli.running import run_and_report, write_report
    from turncoat.engine import JudgeChoice, Request

    request = Request(
        plans=plans_from(scenarios_from(scenario_names()), (), Size(FORMS, 1)),
        models=SUBJECTS,
        judge=JudgeChoice("sim/judge"),
        config=GenerateConfig(temperature=1.0),
        out=out,
        restart=restart,
    )
    code = run_and_report(request, as_json=False)
    page = write_report(out, out / "report.html")
    # `make demo` installs into a virtual environment that the user may not have activated.
    bin_ = "" if which("turncoat") else f"{Path(sys.argv[0]).parent}/"
    click.echo(
        "\nNext:\n"
        f"  open {page}\n"
        f"  {bin_}inspect view --log-dir {out / 'logs'}\n"
        f"  {bin_}turncoat run coercion --model openai/gpt-4.1 --judge openai/gpt-4.1 --forms 50"
    )
    raise click.exceptions.Exit(code)
