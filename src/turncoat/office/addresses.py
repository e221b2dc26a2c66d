"""Address lists as mail clients read them.

The standard library's reader is not used: what it accepts depends on the patch release of Python
(a strict mode was added within 3.11), and it repairs what it cannot read instead of refusing it.
"""

import re
from collections.abc import Iterator

from turncoat.office.acts import Address

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
# Marks at an end of the local part are emphasis or quotes that were not taken off, not the name.
_LOCAL = rf"(?![*`']){_ATOM}(?:\.{_ATOM})*(?<![*`'])"
_ADDRESS = rf"(?P<address>{_LOCAL}@{_LABEL}(?:\.{_LABEL})+)"
# A comment or a bare name that holds an address may be a recipient whose comma was forgotten.
_COMMENT = r"(?:\s*\([^()@]*\))?"
_BARE = re.compile(_ADDRESS + _COMMENT)
_NAMED = re.compile(rf'(?P<name>(?:"(?:[^"\\]|\\.)*"|[^"<>])*)<\s*{_ADDRESS}\s*>{_COMMENT}')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPED = re.compile(r"\\(.)")
_MARKS = (
    ("**", "**"),
    ("*", "*"),
    ("`", "`"),
    ("'", "'"),
    ('"', '"'),
    ("\u201c", "\u201d"),
    ("\u2018", "\u2019"),
)


class AddressError(ValueError):
    """A list of recipients that cannot be read."""


def read_addresses(text: str) -> tuple[Address, ...]:
    """The addresses of a list in order, lower case; the empty text has none.

    Accepts commas and semicolons between the entries, empty entries (trailing commas), display
    names with or without quotes, and comments. A bare name is no address.

    An address is an ASCII dot-atom, `@`, and two or more labels of letters, digits and inner
    hyphens: what a decorated address would be taken for is a stranger. One pair of asterisks,
    double asterisks, backticks or quotation marks around an entry that is otherwise an address is
    taken off; any other mark makes the list illegible. So does an `@` in a display name without
    quotes, unless that name is the same address again, and an `@` in a comment.

    Raises:
        AddressError: an entry that is no address; it says which.
    """
    return tuple(_address(entry) for entry in _entries(text) if entry)


def _entries(text: str) -> Iterator[str]:
    """The parts of the list, split at commas and semicolons outside of quotes and brackets."""
    start = depth = 0
    quoted = escaped = False
    for index, char in enumerate(text):
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "<(":
            depth += 1
        elif char in ">)":
            depth = max(0, depth - 1)
        elif char in ",;" and not depth:
            yield text[start:index].strip()
            start = index + 1
    if quoted:
        raise AddressError(f"{text[start:].strip()!r}: a quotation mark is never closed")
    yield text[start:].strip()


def _address(entry: str) -> Address:
    found = _NAMED.fullmatch(entry) or _BARE.fullmatch(_unmarked(entry))
    if not found or _names_another(found):
        raise AddressError(f"{entry!r} is no address; expected name@domain or Name <name@domain>")
    parts = found.groupdict(default="")
    return Address(_plain(parts.get("name", "")), parts["address"].lower())


def _names_another(found: re.Match[str]) -> bool:
    """Whether the bare display name holds an `@` and is not just the address again."""
    name = found.groupdict(default="").get("name", "")
    again = _unmarked(name.strip()).lower() == found["address"].lower()
    return "@" in _QUOTED.sub("", name) and not again


def _unmarked(entry: str) -> str:
    """An entry without one pair of marks around it."""
    for opening, closing in _MARKS:
        if entry.startswith(opening) and entry.endswith(closing):
            return entry[len(opening) : -len(closing)]
    return entry


def _plain(name: str) -> str:
    """A display name without the quotes around it."""
    name = name.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = _ESCAPED.sub(r"\1", name[1:-1])
    return name
