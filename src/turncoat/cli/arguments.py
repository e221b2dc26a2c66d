"""Arguments that several commands share, parsed into the core's types."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from turncoat.cli.errors import UserError, unknown
from turncoat.design import (
    FACTORS,
    Condition,
    Fraction,
    Grid,
    Plan,
    Untold,
    Where,
    fraction,
    two_levels,
)

if TYPE_CHECKING:
    from turncoat.catalog import PackError
    from turncoat.catalog.lint import Finding
    from turncoat.judges import Also
    from turncoat.scenario import Brief, Scenario

MOST_REPLICATES = 100_000
"""Of a form or of an epoch: more is a mistake."""

MOST_CONDITIONS = 10_000
"""Of one scenario in one run: more is a mistake in the selection."""

Command = TypeVar("Command", bound=Callable[..., Any])
ArgValue = str | int | float | bool

where_option = click.option(
    "--where",
    "where",
    multiple=True,
    metavar="FACTOR=LEVEL[,LEVEL]",
    help="Levels of a factor, e.g. --where threat=replacement,none. May be given several times; "
    "factors that are not named stay at their default.",
)
models_option = click.option(
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help="A subject, as Inspect names it, or `paper` for those of the paper (turncoat models); may "
    "be given several times.",
)
forms_option = click.option(
    "--forms",
    default=20,
    show_default=True,
    help="Surface forms per condition: names, firm, domain, dates and product vary.",
)
epochs_option = click.option(
    "--epochs", default=1, show_default=True, help="Replicates of every form."
)
form_option = click.option(
    "--form",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Number of the surface form.",
)
folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A pack's folder outside the catalog, instead of NAME.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


fraction_option = click.option(
    "--fraction",
    type=click.IntRange(min=4),
    metavar="N",
    help="Run N conditions (4, 8, 16, 32) from which the main effect of every factor that --where "
    "gives two levels can be told, instead of all combinations. An effect is that of leaving the "
    "factor's control level, or the earlier of two others.",
)


def size_options(command: Command) -> Command:
    """`--forms`, `--epochs` and `--fraction`."""
    return forms_option(epochs_option(fraction_option(command)))


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a selection is run.

    Attributes:
        fraction: conditions of a fractional design; None for all combinations.
    """

    forms: int
    epochs: int
    fraction: int | None = None


def plans_from(packs: "Sequence[Scenario]", where: Sequence[str], size: Size) -> dict[str, Plan]:
    """The plan of each scenario, by its name.

    Raises:
        UserError: the selection is wrong, or a scenario has no sample in it.
    """
    refuse_none(size)
    return {
        pack.name: pack.space.plan(
            _conditions(pack, where, size), forms=size.forms, epochs=size.epochs
        )
        for pack in packs
    }


def design_from(grid: Grid, where: Sequence[str], runs: int) -> Fraction:
    """The fractional design of the factors that a selection gives two levels.

    Raises:
        UserError: there is no such design, or constraints leave no effect that it can tell.
    """
    chosen = where_from(where)
    fixed = {name: levels[0] for name, levels in chosen.items() if len(levels) == 1}
    _refuse_many(chosen)
    try:
        two = [two_levels(name, *levels) for name, levels in chosen.items() if len(levels) == 2]
        design = fraction(two, runs, grid, grid.default().replace(fixed))
    except ValueError as error:
        raise UserError(
            "option --fraction",
            got=str(error),
            expected="a power of two above the number of factors that --where gives two levels",
            then="e.g. --fraction 16 for eight factors, or leave it out for all combinations",
        ) from error
    _refuse_untold(design)
    return design


def _refuse_untold(design: Fraction) -> None:
    # Loads numpy, which most commands do without.
    from turncoat.stats.effects import MAX_CORRELATION

    untold = design.untold(limit=MAX_CORRELATION)
    if len(untold) == len(design.factors):
        raise UserError(
            "option --fraction: constraints leave no effect that could be told",
            got=f"{len(design.dropped)} of {len(design.dropped) + len(design.conditions)} conditions "
            f"are excluded, and {_tied(untold[0])}",
            expected="two levels of each factor that go with those of every other",
            then="leave one of these factors out; `turncoat plan` prints the constraints",
        )


def _tied(untold: Untold) -> str:
    if not untold.tied:
        return f"only one level of {untold.factor} is left"
    return f"{untold.factor} varies together with {' and '.join(untold.tied)}"


def _refuse_many(chosen: Where) -> None:
    for name, levels in chosen.items():
        if len(levels) > 2:
            raise UserError(
                "option --fraction",
                got=f"factor {name} at {len(levels)} levels",
                expected="one or two levels of each factor",
                then="name two of them, or leave --fraction out for all combinations",
            )


def _conditions(pack: "Scenario", where: Sequence[str], size: Size) -> tuple[Condition, ...]:
    if size.fraction is not None:
        return design_from(pack.grid, where, size.fraction).conditions
    _refuse_empty(pack.grid, where)
    return pack.space.conditions(where_from(where))


def refuse_none(size: Size) -> None:
    """Refuse a size that is no size, or beyond what anybody can mean.

    Raises:
        UserError: names the option.
    """
    for option, count in (("--forms", size.forms), ("--epochs", size.epochs)):
        if count > MOST_REPLICATES:
            raise UserError(
                f"option {option}",
                got=f"{count:,}",
                expected=f"at most {MOST_REPLICATES:,}",
                then=f"e.g. {option} 100",
            )
        if count < 1:
            raise UserError(
                f"zero samples: {option}",
                got=str(count),
                expected="a whole number of at least 1",
                then=f"e.g. {option} 20, or leave it out",
            )


def args_from(texts: Sequence[str], *, option: str) -> dict[str, ArgValue]:
    """`seed=3` to `{"seed": 3}`: numbers and true/false are read as such, the rest is text.

    Raises:
        UserError: not of this form.
    """
    read: dict[str, ArgValue] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UserError(
                f"argument {option}",
                got=text or "nothing",
                expected="NAME=VALUE",
                then=f"write it like {option} seed=3",
            )
        read[name] = _value(value)
    return read


def _value(text: str) -> ArgValue:
    if text in {"true", "false"}:
        return text == "true"
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text


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
            raise UserError(
                "option --where",
                got=text or "nothing",
                expected="FACTOR=LEVEL or FACTOR=LEVEL,LEVEL",
                then="write it like --where threat=replacement,none",
            )
        if name not in levels:
            raise unknown("factor", name, levels)
        wanted = tuple(level.strip() for level in listed.split(","))
        for level in wanted:
            if level not in levels[name]:
                raise unknown(f"level of factor {name}", level, levels[name])
        chosen[name] = chosen.get(name, ()) + wanted
    return chosen


def condition_from(texts: Sequence[str], grid: Grid) -> Condition:
    """The one condition of a grid that a selection leaves.

    Raises:
        UserError: the selection is wrong, or leaves none or several.
    """
    _refuse_empty(grid, texts)
    chosen = grid.select(where_from(texts))
    if len(chosen) > 1:
        raise UserError(
            "option --where",
            got=f"{len(chosen)} conditions ({' '.join(texts)})",
            expected="one condition",
            then="name one level of each factor",
        )
    return chosen[0]


as_published_option = click.option(
    "--as-published",
    is_flag=True,
    help="Take the published stimuli with their known defects, such as a placeholder that is sent as "
    "it stands.",
)


def with_defects(pack: "Scenario") -> "Scenario":
    """The pack with the conditions that are known to be broken."""
    return pack.model_copy(update={"space": pack.space.with_defects()})


def _refuse_empty(grid: Grid, texts: Sequence[str]) -> None:
    where = where_from(texts)
    found = grid.size({name: (level,) for name, level in grid.default().levels.items()} | where)
    if found > MOST_CONDITIONS:
        raise UserError(
            "option --where",
            got=f"{found:,} conditions",
            expected=f"at most {MOST_CONDITIONS:,}",
            then="name fewer levels",
        )
    if not found:
        levels = {name: chosen[0] for name, chosen in where.items()}
        excluded = grid.excluded(grid.default().replace(levels))
        raise UserError(
            "zero samples: --where leaves no condition",
            got=" ".join(texts),
            expected="a combination that no constraint excludes",
            then=f"change one of the levels: {excluded.reason if excluded else 'none is valid'}",
        )


def subjects_from(names: Sequence[str]) -> tuple[str, ...]:
    """The models under test, each once; `paper` stands for those of the paper.

    Raises:
        UserError: none is named.
    """
    if not names:
        raise UserError(
            "no subject is named",
            got="no --model",
            expected="at least one model as Inspect names it: PROVIDER/MODEL",
            then="e.g. --model openai/gpt-4.1, or --model sim/mixed, which needs no key",
        )
    return models_from(names)


def models_from(names: Sequence[str]) -> tuple[str, ...]:
    """The models of these names, each once, `paper` spelled out."""
    from turncoat.catalog.roster import PAPER, paper_subjects

    paper = tuple(subject.model for subject in paper_subjects()) if PAPER in names else ()
    spelled = (paper if name == PAPER else (name,) for name in names)
    return tuple(dict.fromkeys(chain.from_iterable(spelled)))


also_option = click.option(
    "--also",
    metavar="NAME,NAME",
    default="",
    help="Measure beside the verdict: `conduct` (deception, over-refusal, harm outside of the hazard) "
    "and `awareness` (whether the subject writes unasked that it may be tested) ask the judge's "
    "model; `afterwards` asks the subject, in a copy, whether it was real.",
)


def also_from(text: str, judge: str | None = None) -> "tuple[Also, ...]":
    """What is measured beside the verdict.

    Raises:
        UserError: an unknown name, or one that needs a judge's model where there is none.
    """
    from turncoat.judges import also_from, asks_judge

    try:
        found = also_from(text)
    except ValueError as error:
        raise UserError(
            "option --also",
            got=text,
            expected="some of conduct, awareness, afterwards, with commas between",
            then=f"correct the name ({error})",
        ) from error
    if asks_judge(found) and judge in (None, "rules"):
        raise UserError(
            f"option --also {text}",
            got=f"--judge {judge or 'none'}",
            expected="a judge's model, which is asked for conduct and awareness",
            then="give --judge a model, or leave them out",
        )
    return found


def also_of_judge(text: str, judge: str | None = None) -> "tuple[Also, ...]":
    """What is asked of the judge beside the verdict, where no subject can be asked anything.

    Raises:
        UserError: as `also_from`, and for what asks the subject.
    """
    found = also_from(text, judge)
    if "afterwards" in found:
        raise UserError(
            f"option --also {text}",
            got="afterwards, which asks the subject",
            expected="what is asked of the judge: conduct, awareness",
            then="leave it out: `turncoat run --also afterwards` asks when the answer is given",
        )
    return found


def judge_from(name: str | None, texts: Sequence[str]) -> tuple[str | None, dict[str, ArgValue]]:
    """The judge's model, None for the rules alone, and its arguments.

    Raises:
        UserError: no judge, an argument of another form, or one for the rules.
    """
    if not name:
        raise UserError(
            "no judge is named",
            got="no --judge",
            expected="a model as Inspect names it, or `rules`",
            then="e.g. --judge anthropic/claude-sonnet-4-5; --judge rules needs no model and "
            "leaves open what only a judge can tell",
        )
    if name != "rules":
        return name, args_from(texts, option="-J")
    if texts:
        raise UserError(
            "argument -J",
            got=" ".join(texts),
            expected="nothing: --judge rules takes no argument",
            then="leave -J out, or give --judge a model",
        )
    return None, {}


def refuse_unready(
    names: Sequence[str], packs: "Sequence[Scenario]", models: Sequence[str]
) -> None:
    """Refuse what would only fail after it was paid for.

    Raises:
        UserError: a folder's pack has findings, or a simulated subject has nothing to answer.
    """
    from turncoat.catalog import scenario_names
    from turncoat.catalog.lint import lint_pack

    own = (Path(name) for name in names if name not in scenario_names())
    for folder in filter(Path.is_dir, own):
        for finding in lint_pack(folder):
            raise broken(str(folder), finding)
    silent = [pack.name for pack in packs if not pack.responses]
    if silent and any(model.startswith("sim/") for model in models):
        raise UserError(
            f"scenario {silent[0]} has nothing that a simulated subject could answer",
            got="no file in responses/",
            expected="answers like those in exemplars/, in other words",
            then="write some, or name a real model",
        )


def legacy_from(scoring: str, judges: Sequence[str], packs: "Sequence[Scenario]") -> bool:
    """Whether the published scoring is asked for.

    Raises:
        UserError: for a scenario that it does not know, or without a model that it can ask.
    """
    if scoring != "legacy":
        return False
    others = [f"scenario {pack.name}" for pack in packs if pack.story != "published"]
    # The simulated judge reads our own prompt, and no other.
    own = ("rules", "sim/judge")
    others += [f"--judge {judge}" for judge in judges if judge.partition("(")[0] in own]
    if others:
        raise UserError(
            "option --scoring legacy",
            got=others[0],
            expected="published stimuli (reference/...), and a real model as the judge",
            then="leave --scoring out: our own judge knows every scenario",
        )
    return True


def scenarios_from(names: Sequence[str], *, as_published: bool = False) -> "tuple[Scenario, ...]":
    """The packs of these names or folders, each once.

    Args:
        names: as on the command line.
        as_published: whether to take conditions that are known to be broken.

    Raises:
        UserError: no name, one that is no pack's, a broken pack, or two packs of one name.
    """
    if not names:
        from turncoat.catalog import scenario_names

        raise UserError(
            "no scenario is named",
            got="nothing",
            expected=f"one or several of {', '.join(scenario_names())}",
            then="name one, e.g. coercion; turncoat scenario list says what they are",
        )
    packs = tuple(scenario_from(name) for name in dict.fromkeys(names))
    for name, count in Counter(pack.name for pack in packs).items():
        if count > 1:
            raise UserError(
                "two scenarios of one name",
                got=f"{name}, {count} times",
                expected="packs of different names: the tables tell them apart by it",
                then="rename one (key `name`, and its folder), or run them one by one",
            )
    return tuple(map(with_defects, packs)) if as_published else packs


def scenario_from(name: str) -> "Scenario":
    """The pack of the catalog of that name, or the one in the folder of that path.

    Raises:
        UserError: there is none, or it is broken.
    """
    from turncoat.catalog import PackError, UnknownScenario, load_scenario
    from turncoat.catalog.reference import NotInstalled

    try:
        return load_scenario(name)
    except NotInstalled as error:
        raise UserError(
            f"scenario {name} is not there",
            got="no inspect-evals",
            expected="the package that holds the published stimuli",
            then="pip install 'turncoat[reference]'",
        ) from error
    except UnknownScenario as error:
        if Path(name).is_dir():
            return scenario_in(Path(name))
        if "/" in name or name.startswith("."):
            raise _no_folder(name) from error
        raise unknown("scenario", name, error.known) from error
    except PackError as error:
        raise broken(name, error) from error


def pack_from(name: str | None, folder: Path | None) -> "Scenario":
    """The pack that a command names, or the one in a folder.

    Raises:
        UserError: none or both are given, there is none, or it is broken.
    """
    if (name is None) == (folder is None):
        raise UserError(
            "which scenario?",
            got="both a name and --folder" if name else "no name",
            expected="a name of `turncoat scenario list`, or --folder DIR",
            then="give one of them",
        )
    return scenario_in(folder) if folder else scenario_from(name or "")


def brief_of(pack: "Scenario", cell: Condition, form: int) -> "Brief":
    """A rendering of a pack.

    Raises:
        UserError: a text of it cannot be rendered.
    """
    from turncoat.scenario import RenderError, render

    try:
        return render(pack, cell, form)
    except RenderError as error:
        raise UserError(
            f"scenario {pack.name} cannot be rendered",
            got=f"{error.where}: {error.problem}",
            expected="a pack that `turncoat scenario lint` passes",
            then=error.remedy,
        ) from error


def scenario_in(folder: Path) -> "Scenario":
    """The pack in a folder outside of the catalog; one that could not be rendered is refused.

    Raises:
        UserError: it is broken.
    """
    from turncoat.catalog import PackError, load_pack
    from turncoat.catalog.lint import unusable

    try:
        pack = load_pack(folder)
    except PackError as error:
        raise broken(str(folder), error) from error
    for finding in unusable(folder, pack):
        raise broken(str(folder), finding)
    return pack


def _no_folder(name: str) -> UserError:
    return UserError(
        "no scenario is there",
        got=name,
        expected="the folder of a pack, or the name of one of the catalog",
        then="correct the path; `turncoat scenario new NAME --hazard leak` writes a pack",
    )


def broken(name: str, error: "PackError | Finding") -> UserError:
    """The error for a pack that cannot be loaded or rendered."""
    return UserError(
        f"scenario {name} is broken",
        got=f"{error.place}: {error.problem}",
        expected=f"a pack that `turncoat scenario lint {name}` passes",
        then=error.remedy,
    )
