"""Every file with scenario text says what it is, and asks not to be trained on."""

import re
from pathlib import Path

import pytest

import turncoat.catalog

CATALOG = Path(turncoat.catalog.__file__).parent
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
PARTS = (
    *("scenarios", "protocol", "rubrics", "templates", "reference", "published", "questions"),
    "labels",
)


@pytest.mark.parametrize("part", PARTS)
def test_every_text_carries_a_canary_and_the_notice(part: str) -> None:
    files = [p for p in (CATALOG / part).rglob("*") if p.suffix in {".md", ".yaml"}]
    assert files
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    assert [p for p, text in texts.items() if not GUID.search(text)] == []
    assert [p for p, text in texts.items() if "do not include in training data" not in text] == []
