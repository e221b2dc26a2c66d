"""Lint of a pack: every finding says where, what is wrong, and what to do.

The second set of responses is not read beyond what loading checks: the simulated subjects answer
from it, and what lint and the rules are tried on must be another set.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from turncoat.catalog.files import PackError, read_text
from turncoat.catalog.lint.findings import Finding
from turncoat.catalog.lint.prompts import prompts
from turncoat.catalog.lint.references import references
from turncoat.catalog.lint.shape import shape
from turncoat.catalog.lint.verdicts import verdicts
from turncoat.catalog.scenarios import load_pack, pack_files
from turncoat.design import Condition, Grid, pairwise
from turncoat.scenario import RenderError, Scenario, render

__all__ = ["Finding", "lint_pack", "probed"]

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
        return (Finding(error.file, error.problem, error.remedy),)
    static = tuple(chain(_name(folder, scenario), _canaries(folder, scenario)))
    static += (*references(scenario), *shape(scenario))
    # Rendering a pack with broken references would only repeat the same finding under all of them.
    found = static or tuple(_rendered(scenario))
    files = _files(folder, scenario)
    return tuple(dict.fromkeys(replace(f, file=files.get(f.file, f.file)) for f in found))


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
        yield Finding("scenario.yaml", problem, "rename the folder or the scenario")


def _canaries(folder: Path, scenario: Scenario) -> Iterator[Finding]:
    for file in pack_files(folder):
        if not file.startswith("responses/") and scenario.canary not in read_text(folder, file):
            remedy = f"write the pack's canary {scenario.canary} into its head"
            yield Finding(file, "the file does not carry the pack's canary", remedy)


def _rendered(scenario: Scenario) -> Iterator[Finding]:
    """What only shows once the pack is rendered, over conditions that stand for the whole grid."""
    base = scenario.grid.default()
    try:
        briefs = [render(scenario, cell, 1) for cell in probed(scenario.grid)]
        forms = [render(scenario, base, form) for form in _forms(scenario)]
    except RenderError as error:
        yield _unrendered(error)
    except ValueError as error:
        # Of the cast: the shared pool of names has too few for the pack's roles.
        yield Finding("scenario.yaml", str(error), "name fewer roles, or give some a mailbox")
    else:
        yield from prompts(briefs, forms)
        yield from verdicts(scenario, briefs)


def _forms(scenario: Scenario) -> range:
    return range(1, 2 if scenario.space.forms == "fixed" else _MANY_FORMS + 1)


def _unrendered(error: RenderError) -> Finding:
    remedy = "correct the template or the name that it uses"
    if error.where.startswith("emails/"):
        return Finding(error.where, error.problem, remedy)
    return Finding("scenario.yaml", f"{error.where}: {error.problem}", remedy)
