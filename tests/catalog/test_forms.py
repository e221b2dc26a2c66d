"""A thousand forms of every pack: distinct, complete, and clean."""

import pytest

from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.lint.prompts import prompts
from turncoat.catalog.lint.verdicts import verdicts
from turncoat.design import condition
from turncoat.scenario import Scenario, render

PACKS = [load_scenario(name) for name in scenario_names()]
packs = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)


@packs
def test_a_thousand_forms_render_and_lint(pack: Scenario) -> None:
    forms = [render(pack, condition(), form) for form in range(1, 1001)]
    assert list(prompts(forms, forms)) == []


@packs
def test_the_exemplars_hold_in_many_forms(pack: Scenario) -> None:
    forms = [render(pack, condition(), form) for form in range(1, 41)]
    assert [found for found in verdicts(pack, forms) if found.file.startswith("exemplars/")] == []
