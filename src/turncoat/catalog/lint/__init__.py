"""Lint of a pack: every finding says where, what is wrong, and what to do.

The second set of responses is not read beyond what loading checks: the simulated subjects answer
from it, and what lint and the rules are tried on must be another set.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from turncoat.catalog.files import PackError, read_text
from turncoat.catalog.lint.findings import PACK, YAML, Finding, Spot
from turncoat.catalog.lint.phrases import phrases
from turncoat.catalog.lint.prompts import prompts
from turncoat.catalog.lint.prose import repetitions
from turncoat.catalog.lint.references import references
from turncoat.catalog.lint.shape import enough, shape
from turncoat.catalog.lint.space import space
from turncoat.catalog.lint.structure import order, structure
from turncoat.catalog.lint.verdicts import verdicts
from turncoat.catalog.places import places_in
from turncoat.catalog.scenarios import load_pack, pack_files, unread_files
from turncoat.design import Condition, Grid, pairwise
from turncoat.scenario import RenderError, Scenario, render

__all__ = ["Finding", "lint_pack", "probed", "unusable"]

_MANY_FORMS = 20


def probed(grid: Grid) -> tuple[Condition, ...]:
    """The conditions that a pack is tried under: the grid has millions.

    The defaults and their controls, everything that differs from one of those in one factor, and
    as many as it takes for every pair of levels to occur.
    """
    bases = grid.default_conditions()
    near = chain.from_iterable(grid.neighbors(base) for base in bases)
    return tuple(dict.fromkeys((*bases, *near, *pairwise(grid))))


def lint_pack(folder: Path) -> tuple[Finding, ...]:
    """All findings about the pack in a folder; none means that it can be run.

    A pack that cannot be loaded has exactly one finding: what stops the loading.
    """
    try:
        scenario = load_pack(folder)
    except PackError as error:
        return (Finding(error.file, error.problem, error.remedy, line=error.line),)
    static = (*_name(folder, scenario), *_canaries(folder, scenario), *_unread(folder))
    static += (*_unusable(scenario), *enough(scenario), *structure(scenario))
    # Rendering a pack with broken references would only repeat the same finding under all of them.
    return _placed(folder, scenario, static or tuple(_rendered(scenario)))


def unusable(folder: Path, scenario: Scenario) -> tuple[Finding, ...]:
    """What a loaded pack names and does not have: with any of it, rendering would only fail."""
    return _placed(folder, scenario, tuple(_unusable(scenario)))


def _unusable(scenario: Scenario) -> Iterator[Finding]:
    """Without a grid nothing else can be asked."""
    yield from tuple(space(scenario)) or (*references(scenario), *shape(scenario))


def _placed(folder: Path, scenario: Scenario, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings, each once, with the file and line where there is one."""
    files = _files(folder, scenario)
    named = [replace(f, file=files.get(f.file, f.file)) for f in dict.fromkeys(found)]
    places = {
        f.file: places_in(read_text(folder, f.file)) for f in named if (folder / f.file).is_file()
    }
    return tuple(
        replace(f, line=places[f.file].line(f.key, f.line)) if f.file in places and f.key else f
        for f in named
    )


def _files(folder: Path, scenario: Scenario) -> dict[str, str]:
    """`emails/ID` to the file: a file may bear another name than its mail."""
    found = pack_files(folder)
    ids = {
        "emails": [email.id for email in scenario.emails],
        "exemplars": [exemplar.id for exemplar in scenario.exemplars],
    }
    return {
        f"{part}/{name}": file
        for part, names in ids.items()
        for name, file in zip(names, (f for f in found if f.startswith(part)), strict=True)
    }


def _name(folder: Path, scenario: Scenario) -> Iterator[Finding]:
    if scenario.name != folder.resolve().name:
        problem = f"name: got {scenario.name!r}, expected the folder's name"
        yield (PACK / "name").finding(problem, "rename the folder or the scenario")


def _canaries(folder: Path, scenario: Scenario) -> Iterator[Finding]:
    for file in pack_files(folder):
        if not file.startswith("responses/") and scenario.canary not in read_text(folder, file):
            remedy = f"write the pack's canary {scenario.canary} into its head"
            problem = "the file does not carry the pack's canary"
            yield (Spot(file) / "canary").finding(problem, remedy)


def _unread(folder: Path) -> Iterator[Finding]:
    for file in unread_files(folder):
        remedy = "name it like a text (emails/NAME.md), or take it out"
        yield Finding(ascii(file)[1:-1], "nothing reads this file", remedy)


def _rendered(scenario: Scenario) -> Iterator[Finding]:
    """What only shows once the pack is rendered, over conditions that stand for the whole grid."""
    grid = scenario.grid
    try:
        briefs = [render(scenario, cell, 1) for cell in probed(grid)]
        forms = [render(scenario, grid.default(), form) for form in _forms(scenario)]
    except RenderError as error:
        yield _unrendered(error)
    else:
        yield from prompts(briefs, forms)
        yield from order(scenario, briefs)
        yield from phrases([b for b in briefs if b.condition in grid.default_conditions()])
        yield from repetitions(briefs)
        yield from verdicts(scenario, briefs)


def _forms(scenario: Scenario) -> range:
    return range(1, 2 if scenario.space.forms == "fixed" else _MANY_FORMS + 1)


def _unrendered(error: RenderError) -> Finding:
    file, mail, key = error.where.partition(" ")
    if mail and file.startswith("emails/"):
        return Finding(file, error.problem, error.remedy, (key,), error.line)
    key_ = tuple(int(part) if part.isdigit() else part for part in error.where.split("."))
    problem = f"{error.where}: {error.problem}"
    return Finding(YAML, problem, error.remedy, key_, error.line)
