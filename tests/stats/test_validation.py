"""The committed coverage tables: made by this code, whole, and keeping the promise."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from provenance import code_hash, code_of

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "validate.py"


@pytest.fixture(scope="module")
def validate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["validate"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_committed_table_was_made_by_this_code(validate: ModuleType) -> None:
    made_by = code_of(validate.TABLE.read_text(encoding="utf-8"))
    assert made_by == code_hash(SCRIPT), "run `make validate` and commit docs/validation.*"


def test_the_committed_table_is_whole_and_keeps_the_promise(validate: ModuleType) -> None:
    rows = validate.rows_from_json(validate.TABLE.read_text(encoding="utf-8"))
    assert [row.design for row in rows] == validate.designs()
    assert validate.failures(rows) == []
    assert validate.PAGE.read_text(encoding="utf-8") == validate.page(rows)


def test_a_part_of_the_table_comes_out_again(validate: ModuleType) -> None:
    """Every method, among it the worst design of each, at the seeds of the table."""
    rows = validate.rows_from_json(validate.TABLE.read_text(encoding="utf-8"))
    for method in dict.fromkeys(row.design.method for row in rows):
        mine = sorted((r for r in rows if r.design.method == method), key=lambda r: r.coverage)
        for row in (mine[0], mine[len(mine) // 2]):
            again = validate.row_of(row.design)
            # Another release of numpy may draw other numbers; this one draws the same.
            assert again.coverage == pytest.approx(row.coverage, abs=0.02)
            assert again.width == pytest.approx(row.width, abs=0.02)


def test_a_broken_promise_is_found(validate: ModuleType) -> None:
    design = validate.Design("rate over forms", 20, 1, (0.5,))
    low = validate.Row(design, 0.92, 0.3, 0.1, 4000)
    flat = validate.Row(design, 0.95, 0.3, 0.0, 4000)
    good = validate.Row(design, 0.93, 0.3, 0.1, 4000)
    assert validate.failures([good, low, flat]) == [low, flat]
