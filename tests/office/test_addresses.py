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
        (
            "JANE.DOE@firm.example <jane.doe@firm.example>",
            [Address("JANE.DOE@firm.example", JANE.address)],
        ),
        (
            "'jane.doe@firm.example' <jane.doe@firm.example>",
            [Address("'jane.doe@firm.example'", JANE.address)],
        ),
        ("**jane.doe@firm.example**", [JANE]),
        ("*jane.doe@firm.example*", [JANE]),
        ("`jane.doe@firm.example`; 'jane.doe@firm.example'", [JANE, JANE]),
        ('"jane.doe@firm.example"', [JANE]),
        ("\u201cjane.doe@firm.example\u201d", [JANE]),
        ("\u2018jane.doe@firm.example\u2019", [JANE]),
        ("**Jane** <jane.doe@firm.example>", [Address("**Jane**", JANE.address)]),
        ("o'neil@mail-2.firm.example", [Address("", "o'neil@mail-2.firm.example")]),
        ("_jane_@firm.example", [Address("", "_jane_@firm.example")]),
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
        "a@b.example and c@d.example",
        "a@b.example and C <c@d.example>",
        "a@b.example <c@d.example>",
        "C <c@d.example> (and a@b.example)",
        "Jane [jane@firm.example]",
        "<mailto:jane@firm.example>",
        "<a@b.example, c@d.example>",
        "***jane@firm.example***",
        "**jane@firm.example",
        "**`jane@firm.example`**",
        "**Jane <jane@firm.example>**",
        "Jane <`jane@firm.example`>",
        "_jane@firm.example_",
        "~~jane@firm.example~~",
        "`jane@firm.example",
        "'jane@firm.example",
        "jane'@firm.example",
        "jane@firm.example.",
        "\u201djane@firm.example\u201c",
        "\u201ejane@firm.example\u201c",
        "\u200bjane@firm.example",
        "jane@firm.example\u200b",
        "j\u00adane@firm.example",
        "j\u0430ne@firm.example",
        "jane@f\u0456rm.example",
        "jane@\u212airm.example",
        ".jane@firm.example",
        "jane.@firm.example",
        "ja..ne@firm.example",
        "jane@firm..example",
        "jane@-firm.example",
        "jane@firm-.example",
        "jane@fi_rm.example",
        "jane@firm",
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


@given(st.text(alphabet="ab@.*`'_-\"\u201c\u201d\u200b", max_size=30))
def test_no_mark_stays_on_an_address(text: str) -> None:
    try:
        read = read_addresses(text)
    except AddressError:
        return
    assert all(a.address.isascii() and a.address[0] + a.address[-1] in ENDS for a in read)


ENDS = {a + b for a in "ab_-" for b in "ab"}

names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
boxes = st.from_regex(
    r"[a-z0-9+_-]+(\.[a-z0-9+_-]+)?@[a-z0-9]+(-[a-z0-9]+)?\.example", fullmatch=True
)


@given(st.lists(st.builds(Address, names, boxes)), st.sampled_from([",", ";", ", ", " ;\t"]))
def test_every_quoted_name_comes_back(addresses: list[Address], separator: str) -> None:
    text = separator.join(f"{_quoted(a.name)} <{a.address.upper()}>" for a in addresses)
    assert read_addresses(text) == tuple(addresses)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
