"""The package as its users meet it: its public surface, its entry points, and what it loads."""

import ast
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from statistics import median

import pytest

import turncoat

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
SCRIPTS = Path(sysconfig.get_path("scripts"))


def test_all_is_the_public_surface() -> None:
    assert turncoat.__all__ == sorted(turncoat.__all__)
    assert dir(turncoat) == turncoat.__all__
    for name in turncoat.__all__:
        assert getattr(turncoat, name).__module__.startswith("turncoat.")


def test_what_is_not_public_is_named_with_what_is() -> None:
    with pytest.raises(AttributeError, match="scenario_names"):
        _ = turncoat.nothing


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "{'inspect_ai', 'pandas', 'numpy', 'scipy', 'jinja2', 'pydantic', 'altair'}"
    code = f"import sys, turncoat, turncoat.cli.main; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_inspects_public_api_is_used(path: Path) -> None:
    named = [name for name in _imports(path) if name.startswith("inspect_ai")]
    assert [name for name in named if "._" in name] == []


def test_inspect_finds_what_the_package_registers() -> None:
    """Inspect only warns about an entry point that does not load; then nothing of ours exists."""
    (ours,) = entry_points(group="inspect_ai", name="turncoat")
    assert hasattr(ours.load(), "sim")


def test_help_answers_in_under_a_sixth_of_the_time_of_inspects() -> None:
    ours, theirs = [], []
    for _ in range(3):
        ours.append(_seconds("turncoat"))
        theirs.append(_seconds("inspect"))
    assert median(ours) < median(theirs) / 6


def _seconds(command: str) -> float:
    started = time.perf_counter()
    subprocess.run([SCRIPTS / command, "--help"], check=True, capture_output=True)
    return time.perf_counter() - started


def test_the_wheel_carries_packs_rubrics_and_the_page(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    data = [p for p in (source / "turncoat").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert {str(path.relative_to(source)) for path in data} <= packed
