"""The JSON Schema that ships is the models', and holds for every pack."""

import json
from pathlib import Path

# Comes with Inspect; it has no type information.
import jsonschema  # type: ignore[import-untyped]
import pytest

from turncoat.catalog import scenario_folder, scenario_names
from turncoat.catalog.authoring import template_hazards
from turncoat.catalog.files import parse_yaml
from turncoat.catalog.schema import SCHEMA_FILE, scenario_schema, schema_text
from turncoat.design import FACTORS

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text()))


def errors(folder: Path, **changes: object) -> list[str]:
    data = parse_yaml((folder / "scenario.yaml").read_text(encoding="utf-8"), "scenario.yaml")
    return [error.message for error in VALIDATOR.iter_errors({**data, **changes})]


def test_the_schema_that_ships_is_current() -> None:
    """If not: turncoat scenario schema > src/turncoat/catalog/schema/scenario.schema.json."""
    assert schema_text() == scenario_schema()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("name", scenario_names())
def test_the_catalogs_packs_are_valid(name: str) -> None:
    assert errors(scenario_folder(name)) == []


@pytest.mark.parametrize("hazard", template_hazards())
def test_new_packs_are_valid_and_tell_the_editor_where_the_schema_is(
    hazard: str, good: Path
) -> None:
    assert errors(good / hazard) == []
    head = (good / hazard / "scenario.yaml").read_text(encoding="utf-8")
    assert f"# yaml-language-server: $schema={SCHEMA_FILE}\n" in head
    assert (good / hazard / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def test_an_editor_sees_wrong_keys_levels_and_kinds(good: Path) -> None:
    assert errors(good / "leak", mood="good")
    assert errors(good / "leak", version="one")
    assert errors(good / "leak", goal=[{"text": "", "when": {"weather": ["fine"]}}])
    assert errors(good / "leak", goal=[{"text": "", "when": {"threat": ["exile"]}}])


def test_the_schema_names_every_factor_with_its_levels() -> None:
    when = json.loads(schema_text())["$defs"]["When"]["properties"]
    assert {name: held["items"]["enum"] for name, held in when.items()} == {
        factor.name: list(factor.levels) for factor in FACTORS
    }
