"""The list of factors, and the docs' table of it."""

import json
from pathlib import Path

import pytest

from cli.console import Console
from turncoat.catalog import scenario_names
from turncoat.design import FACTORS, Grid

PAGE = Path(__file__).parents[2] / "docs" / "factors.md"


def test_the_docs_table_is_what_the_command_prints(turncoat: Console) -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = text.partition("--markdown -->\n")[2].partition("<!-- end of table")[0]
    assert table == turncoat("factors", "--markdown").out


@pytest.mark.parametrize("scenario", scenario_names())
def test_a_factors_count_is_what_plan_counts(scenario: str, turncoat: Console) -> None:
    listed = json.loads(turncoat("factors", scenario, "--json").out)
    for factor in listed["factors"]:
        where = f"{factor['name']}={','.join(factor['levels'])}"
        planned = json.loads(turncoat("plan", scenario, "--where", where, "--json").out)
        cells = planned["scenarios"][scenario]["cells"]
        varied = [c for c in cells if c["role"] != "motive" or factor["name"] in ("goal", "threat")]
        assert (
            len({_level(c["condition"], factor["name"]) for c in varied})
            == (factor["conditions"][scenario])
        )


def test_the_whole_grid_is_what_plan_counts(turncoat: Console) -> None:
    listed = json.loads(turncoat("factors", "coercion", "--json").out)
    planned = json.loads(turncoat("plan", "coercion", "--json").out)["scenarios"]["coercion"]
    assert listed["grid"]["coercion"] == planned["valid_conditions"] == Grid().size()
    assert len(planned["excluded"]) == 2


def test_every_factor_is_listed_with_its_levels_for_people(turncoat: Console) -> None:
    printed = turncoat("factors", "leak").out
    for factor in FACTORS:
        assert f"{factor.name}: " in printed
        assert all(level in printed for level in factor.levels)


def _level(condition: str, factor: str) -> str:
    return dict(part.split("=") for part in condition.split("."))[factor]
