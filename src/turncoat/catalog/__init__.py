"""The catalog: scenario packs, rubrics and the protocol's texts, with a strict loader. Lint is in `catalog.lint`."""

from turncoat.catalog.files import PackError
from turncoat.catalog.scenarios import (
    UnknownScenario,
    load_pack,
    load_scenario,
    scenario_folder,
    scenario_names,
)

__all__ = [
    "PackError",
    "UnknownScenario",
    "load_pack",
    "load_scenario",
    "scenario_folder",
    "scenario_names",
]
