"""The user's price file: what a model costs, as its provider says. None is known here."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid

_HEAD = """\
# USD per million tokens, as the providers say; turncoat knows no prices. A model whose two numbers are
# not both filled in is not priced, and is told so. 0 means that it costs nothing.
prices:
"""


class Entry(BaseModel):
    """A model's line; None where the user has not filled it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float | None = Field(ge=0, allow_inf_nan=False, strict=True)
    output: float | None = Field(ge=0, allow_inf_nan=False, strict=True)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    prices: dict[str, Entry]


def read_prices(path: Path) -> dict[str, Entry]:
    """Model to its line.

    Raises:
        PackError: the file is missing or broken; says file, line, key and remedy.
    """
    text = read_text(path.parent, path.name)
    return valid(_File, parse_yaml(text, path.name), path.name, text=text).prices


def prices_template(models: Sequence[str]) -> str:
    """A price file with these models and no price."""
    lines = (f"  {json.dumps(model)}: {{input: null, output: null}}\n" for model in models)
    return _HEAD + ("".join(lines) or "  {}\n")
