"""Reading files of strangers: plain data or a refusal, never anything else."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.catalog.files import PackError, parse_front_matter, parse_yaml, read_text
from turncoat.catalog.places import places_in

YAML_TEXT = st.text(alphabet="ab:-[]{}\"'#&*!|>?%@\\\\ \n\t019.~x", max_size=80)
PLAIN = (str, int, float, bool, type(None))


def is_plain(data: object) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and is_plain(value) for key, value in data.items())
    return all(map(is_plain, data)) if isinstance(data, list) else isinstance(data, PLAIN)


@given(YAML_TEXT)
def test_any_text_is_plain_data_or_refused(text: str) -> None:
    with suppress(PackError):
        assert is_plain(parse_yaml(text, "scenario.yaml"))


@given(YAML_TEXT, YAML_TEXT)
def test_any_mail_is_read_or_refused_and_has_its_lines(head: str, body: str) -> None:
    text = f"---\n{head}\n---\n{body}"
    assert places_in(text).line(("body",)) is not None
    with suppress(PackError):
        assert is_plain(parse_front_matter(text, "emails/x.md").head)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no", "no"),
        ("a: 15:40", "15:40"),
        ("a: 2026-03-01", "2026-03-01"),
        ("a: 0x10", "0x10"),
        ("a: 1_000", "1_000"),
        ("a: 010", "010"),
        ("a: -3", -3),
        ("a: 2.5", 2.5),
        ("a: true", True),
        ("a: ~", None),
        ("a: '<<'", "<<"),
    ],
)
def test_plain_scalars_mean_what_they_look_like(text: str, data: object) -> None:
    assert parse_yaml(text, "x") == {"a": data}


@pytest.mark.parametrize(
    ("key", "within", "line"),
    [
        (("from",), None, 3),
        (("when", "threat"), None, 5),
        (("sent", 1, "when"), None, 8),
        (("note",), 1, 10),
        (("note",), 2, 11),
        (("body",), None, 15),
        (("body",), 3, 17),
        (("when", "goal"), None, 4),
        (("nothing",), None, None),
    ],
)
def test_a_key_has_its_line(
    key: tuple[str | int, ...], within: int | None, line: int | None
) -> None:
    text = (
        "---\nid: x\nfrom: a\nwhen:\n  threat: [none]\nsent:\n  - {at: '0 09:00'}\n"
        "  - {at: '0 10:00', when: {goal: [none]}}\n"
        "note: |-\n  zero\n  one\n  two\n---\n\nHello,\n\nbye\n"
    )
    assert places_in(text).line(key, within) == line


def test_what_is_read_has_no_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"a\r\nb\r\n")
    assert read_text(tmp_path, "x.md") == "a\nb\n"
