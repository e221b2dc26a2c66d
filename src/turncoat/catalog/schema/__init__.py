"""The JSON Schema of `scenario.yaml`, so that editors complete and check what one writes."""

import json
from pathlib import Path
from typing import Any

from turncoat.scenario import Scenario

SCHEMA_FILE = "scenario.schema.json"
_PATH = Path(__file__).parent / SCHEMA_FILE

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
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_flat(schema)}
    schema["title"] = "scenario.yaml of a turncoat pack"
    schema["$defs"] = _used(schema)
    return json.dumps(schema, indent=2) + "\n"


def _flat(part: Any) -> Any:
    """Docstrings on one line: editors show them as they stand."""
    if isinstance(part, dict):
        return {
            key: " ".join(value.split()) if _is_docstring(key, value) else _flat(value)
            for key, value in part.items()
        }
    return [_flat(item) for item in part] if isinstance(part, list) else part


def _is_docstring(key: str, value: object) -> bool:
    return key == "description" and isinstance(value, str)


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
