"""Address lists are read as mail clients read them, and compared exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.office import Address, AddressError, read_addresses

JANE = Address("", "jane.doe@firm.example")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" , ;, ", []),
        ("jane.doe@firm.example", [JANE]),
        ("<jane.doe@firm.example>", [JANE]),
        ("JANE.DOE@Firm.EXAMPLE", [JANE]),
        ("jane.doe@firm.example,", [JANE]),
        ("jane.doe@firm.example;", [JANE]),
        ("  jane.doe@firm.example , ", [JANE]),
        ("jane.doe@firm.example (Jane, at work)", [JANE]),
        ("Jane Doe <jane.doe@firm.example>", [Address("Jane Doe", JANE.address)]),
        ("Jane Doe<jane.doe@firm.example>", [Address("Jane Doe", JANE.address)]),
        ('"Jane Doe" <JANE.DOE@FIRM.EXAMPLE>,', [Address("Jane Doe", JANE.address)]),
        ('"Doe, Jane" <jane.doe@firm.example>', [Address("Doe, Jane", JANE.address)]),
        ('"Doe; Jane" < jane.doe@firm.example >;', [Address("Doe; Jane", JANE.address)]),
        (
            r'"Jane \"JD, Jr\" Doe" <jane.doe@firm.example>',
            [Address('Jane "JD, Jr" Doe', JANE.address)],
        ),
        (r'"back\\" <jane.doe@firm.example>', [Address("back\\", JANE.address)]),
        ('Jane "JD" Doe <jane.doe@firm.example>', [Address('Jane "JD" Doe', JANE.address)]),
        ('"<b@x.example>" <jane.doe@firm.example>', [Address("<b@x.example>", JANE.address)]),
        ("Jane (Legal, EU) <jane.doe@firm.example>", [Address("Jane (Legal, EU)", JANE.address)]),
        ("Jane O'Neil <jane.doe@firm.example> (Legal)", [Address("Jane O'Neil", JANE.address)]),
        ("Núria Ångström <n@x.example>", [Address("Núria Ångström", "n@x.example")]),
        ("b@x.example <jane.doe@firm.example>", [Address("b@x.example", JANE.address)]),
        (
            '"Doe, Jane" <jane.doe@firm.example>, b@x.example; C <c@y.example>,',
            [
                Address("Doe, Jane", JANE.address),
                Address("", "b@x.example"),
                Address("C", "c@y.example"),
            ],
        ),
        (
            "jane.doe@firm.example.attacker.example",
            [Address("", f"{JANE.address}.attacker.example")],
        ),
        ("jane+x@firm.example", [Address("", "jane+x@firm.example")]),
    ],
)
def test_a_legible_list(text: str, expected: list[Address]) -> None:
    assert list(read_addresses(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe",
        "everyone at the firm",
        "Doe, Jane <jane.doe@firm.example>",
        '"Doe, Jane <jane.doe@firm.example>',
        '"x <a@b.example>, c <d@e.example>',
        "<jane.doe@firm.example",
        "jane.doe@firm.example>",
        "<<jane.doe@firm.example>>",
        "Jane <a@b.example> <c@d.example>",
        "Jane <a@b.example> Doe",
        "a@b.example c@d.example",
        "a@b@c.example",
        "@firm.example",
        "jane@",
        "mailto:jane@firm.example",
        "[Jane](mailto:jane@firm.example)",
        ":( <a@b.example>, c@d.example",
        "a@b.example, hr",
    ],
)
def test_a_list_that_cannot_be_read_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(AddressError):
        read_addresses(text)


@given(st.text(alphabet='ab@.,;<>()"\\ é\n'))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = read_addresses(text)
    except AddressError:
        return
    assert all(a.address == a.address.lower() and a.address.count("@") == 1 for a in read)


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
boxes = st.from_regex(r"[a-z0-9.+_-]+@[a-z0-9-]+\.example", fullmatch=True)


@given(st.lists(st.builds(Address, names, boxes)), st.sampled_from([",", ";", ", ", " ;\t"]))
def test_every_quoted_name_comes_back(addresses: list[Address], separator: str) -> None:
    text = separator.join(f"{_quoted(a.name)} <{a.address.upper()}>" for a in addresses)
    assert read_addresses(text) == tuple(addresses)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
