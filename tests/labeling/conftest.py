from pathlib import Path
from shutil import copytree

import pytest

from labeling.servers import HOSTILE, run_of, simulated_run
from report.conftest import browser

__all__ = ["browser"]


# Made before any test: no eval can start beside the event loop of a module's browser.
@pytest.fixture(scope="session", autouse=True)
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    simulated_run(folder / "run")
    run_of(folder / "hostile", HOSTILE)
    return folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A run of forty transcripts that nobody has labeled."""
    return Path(copytree(made / "run", tmp_path / "run"))


@pytest.fixture
def hostile(made: Path, tmp_path: Path) -> Path:
    """A run of one transcript full of markup."""
    return Path(copytree(made / "hostile", tmp_path / "hostile"))
