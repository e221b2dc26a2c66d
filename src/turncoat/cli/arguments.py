"""Arguments that several commands share, parsed into the core's types."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from turncoat.cli.errors import UserError, unknown
from turncoat.design import FACTORS, Condition, Grid, default_conditions, with_motive_control

if TYPE_CHECKING:
    from turncoat.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])

where_option = click.option(
    "--where",
    "where",
    multiple=True,
    metavar="FACTOR=LEVEL[,LEVEL]",
    help="Levels of a factor, e.g. --where threat=replacement,none. May be given several times; "
    "factors that are not named stay at their default.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def where_from(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`threat=replacement,none` to `{"threat": ("replacement", "none")}`.

    Raises:
        UserError: not of this form, or an unknown factor or level.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    levels = {factor.name: factor.levels for factor in FACTORS}
    for text in texts:
        name, equals, listed = text.partition("=")
        if not equals:
            example = "--where threat=replacement,none"
            raise UserError(
                "--where", got=text, expected="FACTOR=LEVEL", then=f"write it like {example}"
            )
        if name not in levels:
            raise unknown("factor", name, levels)
        wanted = tuple(level.strip() for level in listed.split(","))
        for level in wanted:
            if level not in levels[name]:
                raise unknown(f"level of factor {name}", level, levels[name])
        chosen[name] = chosen.get(name, ()) + wanted
    return chosen


def conditions_from(texts: Sequence[str]) -> tuple[Condition, ...]:
    """The conditions of a selection, each treated one with its motive-absent control.

    Raises:
        UserError: the selection is wrong or leaves nothing.
    """
    if not texts:
        return default_conditions()
    return with_motive_control(_selected(texts))


def condition_from(texts: Sequence[str]) -> Condition:
    """The one condition that a selection leaves.

    Raises:
        UserError: the selection is wrong, or leaves none or several.
    """
    chosen = _selected(texts)
    if len(chosen) > 1:
        got = f"{len(chosen)} conditions"
        raise UserError(
            "--where", got=got, expected="one condition", then="name one level a factor"
        )
    return chosen[0]


def _selected(texts: Sequence[str]) -> tuple[Condition, ...]:
    where = where_from(texts)
    chosen = Grid().select(where)
    if not chosen:
        reasons = "; ".join(constraint.reason for constraint in Grid().constraints)
        raise UserError(
            "zero samples: --where leaves no condition",
            got=" ".join(texts),
            expected="a combination that no constraint excludes",
            then=f"the constraints are: {reasons}",
        )
    return chosen


def scenario_from(name: str) -> "Scenario":
    """The pack of that name.

    Raises:
        UserError: there is none, or it is broken.
    """
    from turncoat.catalog import PackError, UnknownScenario, load_scenario

    try:
        return load_scenario(name)
    except UnknownScenario as error:
        raise unknown("scenario", name, error.known) from error
    except PackError as error:
        raise UserError(f"scenario {name} is broken: {error}") from error
