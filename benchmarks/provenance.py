"""Which code made a committed table: a hash over the script and the statistics that it uses."""

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

THIS = Path(__file__).resolve()
STATS = THIS.parents[1] / "src" / "turncoat" / "stats"

_PACKAGE = "turncoat.stats"


def code_hash(script: Path, *others: Path) -> str:
    """Hash of a script, of the scripts beside it that it imports, and of their statistics.

    The statistics are the modules of `turncoat.stats` behind the names that are imported, and
    whatever these import in turn: a new statistic makes no other table stale.

    Args:
        script: a file in this folder.
        others: what else made the table; with the statistics behind it.
    """
    digest = hashlib.sha256()
    for path in code_files(script, *others):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def code_of(text: str) -> str:
    """The hash of the code that made a committed table."""
    return str(json.loads(text)["code"])


def code_files(script: Path, *others: Path) -> list[Path]:
    """The files that `code_hash` covers: statistics first, each by name; never this one."""
    found: set[Path] = set()
    waiting = [path.resolve() for path in (script, *others)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(_imported(path))
    return sorted(found, key=lambda path: (path.parent != STATS, path.name))


def _imported(path: Path) -> Iterator[Path]:
    for module, names in _imports(path):
        if module == _PACKAGE:
            yield from (STATS / f"{_home_of(name)}.py" for name in names)
        elif module.startswith(f"{_PACKAGE}."):
            yield STATS / f"{module.removeprefix(f'{_PACKAGE}.')}.py"
        elif (beside := path.parent / f"{module}.py").is_file() and beside != THIS:
            yield beside


def _imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, _names(node.names)
        elif isinstance(node, ast.Import):
            yield from ((name, ()) for name in _names(node.names))


def _names(aliases: Iterable[ast.alias]) -> tuple[str, ...]:
    return tuple(alias.name for alias in aliases)


def _home_of(name: str) -> str:
    """The module of `turncoat.stats` that a public name comes from."""
    for module, names in _imports(STATS / "__init__.py"):
        if name in names:
            return module.removeprefix(f"{_PACKAGE}.")
    raise ValueError(f"provenance: {name} is no name of {_PACKAGE}; see {STATS / '__init__.py'}")
