"""The JSON Schema of `scenario.yaml`, so that editors complete and check what one writes."""

import json
import re
from pathlib import Path
from typing import Any

from turncoat.design import FACTORS
from turncoat.scenario import Scenario

SCHEMA_FILE = "scenario.schema.json"
_PATH = Path(__file__).parent / SCHEMA_FILE

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WHENS = ("when", "drill")

_ATTRIBUTE = re.compile(r"^    (?P<names>\w[\w, ]*): (?P<about>.*(?:\n {8}.*)*)", re.MULTILINE)

# Filled from the pack's other files, or by the loader.
_FILLED = ("emails", "exemplars", "responses", "stimuli", "names", "protocol", "pack_hash")


def schema_text() -> str:
    """The schema that ships, as JSON."""
    return _PATH.read_text(encoding="utf-8")


def scenario_schema() -> str:
    """The schema as the models have it now; a test compares it with the one that ships."""
    schema = Scenario.model_json_schema()
    for key in _FILLED:
        del schema["properties"][key]
    schema["required"] = [key for key in schema["required"] if key not in _FILLED]
    schema["title"] = "scenario.yaml of a turncoat pack"
    schema["$defs"]["When"] = _when()
    _improve(schema)
    schema["$defs"] = _used(schema)
    return json.dumps({"$schema": _DRAFT, **schema}, indent=2) + "\n"


def _when() -> dict[str, object]:
    """The factors with their levels, which the models leave to lint."""
    levels = {
        factor.name: {
            "type": "array",
            "items": {"enum": list(factor.levels)},
            "description": factor.about,
        }
        for factor in FACTORS
    }
    about = "Factor to the levels at which this holds; empty always holds."
    return {
        "type": "object",
        "description": about,
        "properties": levels,
        "additionalProperties": False,
    }


def _improve(part: object) -> None:
    """Conditions by name, and each docstring where an editor shows it: at the key that it tells of."""
    if isinstance(part, dict):
        about = part.get("description")
        if isinstance(about, str) and isinstance(part.get("properties"), dict):
            _describe(part, about)
        for key, value in part.items():
            if key in _WHENS and isinstance(value, dict) and "additionalProperties" in value:
                part[key] = {"$ref": "#/$defs/When"}
            else:
                _improve(value)
    elif isinstance(part, list):
        for item in part:
            _improve(item)


def _describe(model: dict[str, Any], docstring: str) -> None:
    about, _, attributes = docstring.partition("\n\nAttributes:\n")
    model["description"] = " ".join(about.split())
    for found in _ATTRIBUTE.finditer(attributes):
        for name in found["names"].split(", "):
            if name in model["properties"]:
                model["properties"][name]["description"] = " ".join(found["about"].split())


def _used(schema: dict[str, Any]) -> dict[str, Any]:
    """The definitions that are still referred to."""
    held, found = schema["$defs"], {}
    waiting = [{key: value for key, value in schema.items() if key != "$defs"}]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in found:
                found[name] = held[name]
                waiting.append(held[name])
    return dict(sorted(found.items()))


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [str(part["$ref"]).rpartition("/")[2]] if "$ref" in part else []
        return [*own, *(name for value in part.values() for name in _references(value))]
    return [name for item in part for name in _references(item)] if isinstance(part, list) else []
