"""Who judges, from the command line: one model, a panel of several, or the rules."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import ArgValue, judge_from
from turncoat.cli.errors import UserError

if TYPE_CHECKING:
    from turncoat.engine import JudgeChoice
    from turncoat.verdict import PanelRule

_RULES = "rules"
_WITH_ARGS = re.compile(r"(?P<name>[^()]+)\((?P<args>[^()]*)\)")

judges_option = click.option(
    "--judge",
    "judges",
    multiple=True,
    metavar="MODEL",
    help="The judge's model; `rules` decides what the ledger decides and needs no model. Given "
    "several times, the judges are a panel; 'MODEL(NAME=VALUE,...)' gives one of them arguments.",
)

panel_option = click.option(
    "--panel",
    type=click.Choice(["majority", "unanimity"]),
    help="Whose verdict a panel gives: that of more than half of all its members, or only one of "
    "all of them  [default: majority]",
)


def choice_from(
    names: Sequence[str], texts: Sequence[str], *, panel: "PanelRule | None", legacy: bool = False
) -> "JudgeChoice":
    """Who judges.

    Args:
        names: of `--judge`.
        texts: of `-J`, for each of them.
        panel: of `--panel`.
        legacy: whether the published scoring is asked for.

    Raises:
        UserError: no judge, an argument of another form, or one that does nothing.
    """
    from turncoat.engine import JudgeChoice, JudgeModel

    _refuse_odd_panels(names, panel, legacy=legacy)
    found = [_with_args(name, texts) for name in names or ("",)]
    (model, args), *others = found
    return JudgeChoice(
        model,
        args,
        legacy=legacy,
        others=tuple(JudgeModel(str(name), own) for name, own in others),
        panel=panel or "majority",
    )


def _refuse_odd_panels(names: Sequence[str], panel: "PanelRule | None", *, legacy: bool) -> None:
    if panel and len(names) < 2:
        raise UserError(
            f"option --panel {panel}",
            got=f"{len(names)} judge" + ("s" if len(names) != 1 else ""),
            expected="at least two judges",
            then="give --judge several times, or leave --panel out",
        )
    alone = [name for name in names if name == _RULES] or (["--scoring legacy"] if legacy else [])
    if len(names) > 1 and alone:
        raise UserError(
            "a panel of judges",
            got=f"{alone[0]} among {len(names)} judges",
            expected="models that each judge what the rules leave open",
            then=f"leave {alone[0]} out, or name no other judge beside it",
        )


def _with_args(name: str, texts: Sequence[str]) -> tuple[str | None, dict[str, ArgValue]]:
    """A judge's model and its arguments: its own, and those of every judge."""
    own = _WITH_ARGS.fullmatch(name)
    if own is None:
        return judge_from(name, texts)
    given = [text.strip() for text in own["args"].split(",") if text.strip()]
    return judge_from(own["name"], [*texts, *given])
