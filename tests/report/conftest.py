"""A real Chromium for the tests that open the page."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW = "no Chromium on this machine; get one with `apt-get install chromium` (Debian, Ubuntu)"


# A session would keep Playwright's event loop running in this process, and no eval could start one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Skips loudly without a Chromium, unless TURNCOAT_REQUIRE_BROWSER=1 forbids the skip."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        if os.environ.get("TURNCOAT_REQUIRE_BROWSER") == "1":
            pytest.fail(_HOW)
        pytest.skip(_HOW)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()
