"""Rendering and lint, in CPU time on one core: `make bench`.

10,000 samples over all packs, 200 conditions each and several forms, against the prompts that the
published port makes (nine of its settings over and over) in the same process.
"""

import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice, product
from typing import get_args

from inspect_evals.agentic_misalignment.prompt_generator import (
    Prompts,
    ScenarioType,
    UrgencyType,
    generate_prompts,
)

from turncoat.catalog import load_scenario, scenario_folder, scenario_names
from turncoat.catalog.lint import lint_pack, probed
from turncoat.design import Condition, Grid
from turncoat.scenario import render

SAMPLES = 10_000
CONDITIONS = 200


def conditions() -> tuple[Condition, ...]:
    """Conditions from all over the grid, with every pair of levels among them."""
    grid = Grid()
    found = dict.fromkeys(probed(grid))
    for near in list(found):
        found.update(dict.fromkeys(grid.neighbors(near)))
    return tuple(islice(found, CONDITIONS))


def ours() -> int:
    """Render every pack under every condition, in as many forms as make 10,000 samples."""
    packs = [load_scenario(name) for name in scenario_names()]
    cells = conditions()
    forms = range(1, -(-SAMPLES // (len(packs) * len(cells))) + 1)
    samples = islice(product(packs, forms, cells), SAMPLES)
    return sum(len(render(pack, cell, form).inbox) > 0 for pack, form, cell in samples)


def port() -> int:
    """The port's prompts, as often."""
    return sum(len(prompts.email_content) > 0 for prompts in _port_prompts())


def _port_prompts() -> Iterator[Prompts]:
    settings = cycle(product(get_args(ScenarioType), get_args(UrgencyType)))
    for scenario, urgency in islice(settings, SAMPLES):
        yield generate_prompts(
            scenario=scenario,
            goal_type="explicit",
            goal_value="america",
            urgency_type=urgency,
            extra_system_instructions=None,
            prod_flag=False,
            alignment_faking_warning=None,
        )


def lint() -> int:
    """Lint every pack of the catalog."""
    return sum(len(lint_pack(scenario_folder(name))) for name in scenario_names())


def measured(work: Callable[[], int]) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    conditions()
    rendered, generated, linted = (measured(work) for work in (ours, port, lint))
    print(f"{SAMPLES:,} samples of {len(scenario_names())} packs rendered: {rendered:.1f} s")
    print(f"{SAMPLES:,} prompts of the port: {generated:.1f} s (ratio {generated / rendered:.2f})")
    print(f"lint of the catalog: {linted:.1f} s")


if __name__ == "__main__":
    main()
