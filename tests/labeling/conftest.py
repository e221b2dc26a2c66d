from pathlib import Path
from shutil import copytree

import pytest

from labeling.servers import simulated_run
from report.conftest import browser

__all__ = ["browser"]


# A session's, as no eval can start beside the browser's event loop.
@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated_run(tmp_path_factory.mktemp("made"))


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A run of forty transcripts that nobody has labeled."""
    return Path(copytree(made, tmp_path / "run"))
