"""How subjects are asked and judged: the options that every command has that asks them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import click

from turncoat.cli.arguments import also_from, also_option, args_from
from turncoat.cli.judging import choice_from, judges_option, panel_option

if TYPE_CHECKING:
    from inspect_ai.model import GenerateConfig

    from turncoat.engine import JudgeChoice, Limits
    from turncoat.engine.request import ModelArg
    from turncoat.judges import Also
    from turncoat.verdict import PanelRule

Command = TypeVar("Command", bound=Callable[..., Any])
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

_MODEL_ARG = "NAME=VALUE"
_AT_LEAST_ONE = click.IntRange(min=1)

_OPTIONS = (
    judges_option,
    panel_option,
    also_option,
    click.option(
        "--restart", is_flag=True, help="Move an earlier run of the folder aside and begin anew."
    ),
    click.option(
        "--temperature",
        type=click.FloatRange(min=0),
        default=1.0,
        show_default=True,
        help="Of the subjects.",
    ),
    click.option("--max-tokens", type=_AT_LEAST_ONE, help="Of one answer of a subject."),
    click.option(
        "--reasoning-effort",
        type=click.Choice(get_args(Effort)),
        help="Of subjects that reason.",
    ),
    click.option(
        "-M",
        "model_args",
        multiple=True,
        metavar=_MODEL_ARG,
        help="Argument of the subjects' provider, e.g. -M seed=3.",
    ),
    click.option(
        "-J",
        "judge_args",
        multiple=True,
        metavar=_MODEL_ARG,
        help="Argument of the judge's provider, e.g. -J sensitivity=0.9.",
    ),
    click.option("--max-connections", type=_AT_LEAST_ONE, help="Calls in flight, per model."),
    click.option(
        "--max-retries",
        type=click.IntRange(min=0),
        default=4,
        show_default=True,
        help="Retries of a failed call.",
    ),
    click.option(
        "--timeout",
        type=_AT_LEAST_ONE,
        default=300,
        show_default=True,
        help="Seconds for one attempt of a call.",
    ),
)

scoring_option = click.option(
    "--scoring",
    type=click.Choice(["turncoat", "legacy"]),
    default="turncoat",
    show_default=True,
    help="`legacy` reproduces the published scoring, its known errors included; for reference/ only.",
)


def out_option(default: str) -> Callable[[Command], Command]:
    """`--out`; `default` says what stands for it."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help=f"The run's folder  [default: {default}]",
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """The options' values, as they were given."""

    judges: Sequence[str]
    panel: "PanelRule | None"
    also: str
    restart: bool
    temperature: float
    max_tokens: int | None
    reasoning_effort: Effort | None
    model_args: Sequence[str]
    judge_args: Sequence[str]
    max_connections: int | None
    max_retries: int
    timeout: int

    def choice(self, *, legacy: bool) -> "JudgeChoice":
        """Who judges.

        Raises:
            UserError: as `choice_from`.
        """
        return choice_from(self.judges, self.judge_args, panel=self.panel, legacy=legacy)

    def beside(self) -> "tuple[Also, ...]":
        """What is measured beside the verdict.

        Raises:
            UserError: as `also_from`.
        """
        return also_from(self.also, *self.judges[:1])

    def config(self) -> "GenerateConfig":
        """What subjects are asked with."""
        from inspect_ai.model import GenerateConfig

        return GenerateConfig(
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            reasoning_effort=self.reasoning_effort,
        )

    def subject_args(self) -> "dict[str, ModelArg]":
        """Of the subjects' provider.

        Raises:
            UserError: an argument of another form.
        """
        return args_from(self.model_args, option="-M")

    def limits(self) -> "Limits":
        """How hard to try."""
        from turncoat.engine import Limits

        return Limits(self.max_connections, self.max_retries, self.timeout)


def asking_options(command: Command) -> Command:
    """The options; the command gets them as one argument `asking`."""

    @wraps(command)
    def asked(**given: Any) -> Any:  # noqa: ANN401 - whatever the command's other options are
        asking = Asking(**{field.name: given.pop(field.name) for field in fields(Asking)})
        return command(asking=asking, **given)

    decorated: Any = asked
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]  # options decorate what they are given
