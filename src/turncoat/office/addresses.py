"""Address lists as mail clients read them.

The standard library's reader is not used: what it accepts depends on the patch release of Python
(a strict mode was added within 3.11), and it repairs what it cannot read instead of refusing it.
"""

import re
from collections.abc import Iterator

from turncoat.office.acts import Address

_ADDRESS = r"(?P<address>[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+)"
_COMMENT = r"(?:\s*\([^()]*\))?"
_BARE = re.compile(_ADDRESS + _COMMENT)
_NAMED = re.compile(rf'(?P<name>(?:"(?:[^"\\]|\\.)*"|[^"<>])*)<\s*{_ADDRESS}\s*>{_COMMENT}')
_ESCAPED = re.compile(r"\\(.)")


class AddressError(ValueError):
    """A list of recipients that cannot be read."""


def read_addresses(text: str) -> tuple[Address, ...]:
    """The addresses of a list in order, lower case; the empty text has none.

    Accepts commas and semicolons between the entries, empty entries (trailing commas), display
    names with or without quotes, and comments. A bare name is no address.

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
    found = _NAMED.fullmatch(entry) or _BARE.fullmatch(entry)
    if not found:
        raise AddressError(f"{entry!r} is no address; expected name@domain or Name <name@domain>")
    parts = found.groupdict(default="")
    return Address(_plain(parts.get("name", "")), parts["address"].lower())


def _plain(name: str) -> str:
    """A display name without the quotes around it."""
    name = name.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = _ESCAPED.sub(r"\1", name[1:-1])
    return name
