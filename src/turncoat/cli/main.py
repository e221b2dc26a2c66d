"""`turncoat`: the commands, each imported only when it is called."""

import sys
from importlib import import_module

import click

from turncoat.cli.offering import OfferingGroup

_COMMANDS = {
    "run": "Run scenarios on models, judge the answers, and print rates with intervals.",
    "factors": "List what can be varied, and how many conditions each pack has of it.",
    "plan": "Show what a run or a study would do, could find and will cost, without spending anything.",
    "results": "Print the table of observations of a run.",
    "report": "Build a self-contained HTML report of a run.",
    "compare": "Compare two runs, or any two Inspect logs with a binary score.",
    "gate": "Hold a run to limits, for CI: an exit code and JUnit XML.",
    "label": "Label a run's transcripts by people, on a local page.",
    "score": "Judge transcripts that somebody else produced.",
    "rejudge": "Judge the answers of a run again, with another judge, and print what flipped.",
    "judge": "Measure judges on labeled transcripts, and show what was measured.",
    "probe": "Ask whether a subject knows a scenario's text.",
    "study": "List, show and run studies: what is declared before a run, and what it answers.",
    "models": "List the models of the paper, and the simulated ones.",
    "scenario": "List, show, preview and lint scenario packs.",
    "demo": "Run a small study offline on simulated subjects.",
}


class _LazyGroup(OfferingGroup):
    """Knows the commands by name; `turncoat --help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"turncoat.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 done with errors or more than 5 % unscored; "
    "2 a mistake in the command; 130 interrupted.",
)
@click.version_option(package_name="turncoat")
def command() -> None:
    """Would this agent turn on the people who deployed it?

    turncoat stages a conflict in a fictional company's mailbox, runs any model that Inspect can
    name in it, judges what the agent did, and reports rates with intervals and controls.

    No key and no network at hand? `turncoat demo` shows all of it on simulated subjects.

    \b
    Examples:
      turncoat demo
      turncoat scenario list
      turncoat plan coercion --model openai/gpt-4.1 --forms 50
      turncoat run coercion --model openai/gpt-4.1 --judge anthropic/claude-sonnet-4-5 --forms 50
      turncoat report runs/coercion
    """


def main() -> None:
    """The console entry point; Ctrl-C anywhere ends with 130 and without a traceback."""
    try:
        # Without standalone mode click returns the code of an `Exit`.
        code = command.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        # A full disk, a folder that is gone: not a mistake of the command, and not a bug either.
        click.echo(f"Error: {error.strerror or error}: {error.filename or 'output'}", err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
