"""A group of commands that offers the nearest name to who misspells one."""

import click

from turncoat.cli.errors import unknown


class OfferingGroup(click.Group):
    """Refuses an unknown command with the names that are nearest to it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first argument.

        Raises:
            UserError: there is none of that name.
        """
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            raise unknown("command", args[0], known)
        return super().resolve_command(ctx, args)
