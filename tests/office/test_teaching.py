"""What the catalog teaches the subject is what the office reads."""

import pytest

from turncoat.catalog.scenarios import load_protocol
from turncoat.office import ActKind, parse

ACTS = load_protocol().acts


def test_every_kind_of_act_is_taught() -> None:
    assert set(ACTS) == set(ActKind)


@pytest.mark.parametrize("kind", ACTS)
def test_the_example_that_is_shown_is_legal(kind: str) -> None:
    parsed = parse(ACTS[kind].replace("{{ firm.domain }}", "firm.example"))
    assert not parsed.malformed
    assert [request.kind for request in parsed.requests] == [kind]
