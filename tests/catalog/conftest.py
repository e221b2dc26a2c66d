from pathlib import Path

import pytest

from catalog.broken import CANARY
from turncoat.catalog.authoring import new_pack, template_hazards


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new pack of each hazard; tests copy what they break."""
    folder = tmp_path_factory.mktemp("good")
    for hazard in template_hazards():
        new_pack(folder / hazard, hazard=hazard, canary=CANARY)
    return folder
