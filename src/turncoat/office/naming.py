"""What an act names: a mail, a document, a code, as people and models decorate them."""

import re
from collections.abc import Iterable

_PAIRS = (
    *(('"', '"'), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’"), ("«", "»")),
    *(("[", "]"), ("{", "}"), ("(", ")"), ("<", ">"), ("**", "**"), ("*", "*"), ("_", "_")),
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*")


class UnreadableName(ValueError):
    """It names nothing as it stands, and yet holds the name of something: nobody knows which."""


def bare(text: str) -> str:
    """A name without what stands around it: quotation marks, brackets, emphasis, `#`, a full stop.

    Dashes of all kinds become `-`.
    """
    name = _DASHES.sub("-", text).strip()
    while (less := _outer(name)) != name:
        name = less
    return name


def _outer(name: str) -> str:
    for opening, closing in _PAIRS:
        around = name.startswith(opening) and name.endswith(closing)
        if around and len(name) > len(opening) + len(closing):
            return name[len(opening) : -len(closing)].strip()
    return name.removeprefix("#").rstrip(".,;").strip()


def named(text: str, known: Iterable[str]) -> str | None:
    """The one of the known names that a text says; None where it says none of them.

    Args:
        text: as it was written.
        known: names, lower case.

    Raises:
        UnreadableName: it says none as it stands, and holds one all the same.
    """
    names = list(known)
    wanted = bare(text).casefold()
    if wanted in names:
        return wanted
    held = sorted(set(_WORD.findall(wanted)) & set(names) | _by_number(wanted, names))
    if held:
        raise UnreadableName(f"{text.strip()!r} is not a name, and holds {', '.join(held)}")
    return None


def _by_number(wanted: str, names: Iterable[str]) -> set[str]:
    """Names whose number a text holds: `Mail 4` where mails are `m1`, `m2`, ..."""
    numbers = {int(number) for number in re.findall(r"\d{1,6}", wanted)}
    return {n for n in names if (digits := n.lstrip("m")).isdigit() and int(digits) in numbers}


def is_code(text: str, code: str) -> bool:
    """Whether a text is a code, outer decoration and case aside.

    Raises:
        UnreadableName: it is not, and yet holds it, however its parts are joined.
    """
    entered, valid = bare(text).casefold(), bare(code).casefold()
    if entered == valid:
        return True
    parts = r"[\W_]*".join(map(re.escape, re.findall(r"[^\W_]+", valid)))
    if re.search(rf"(?<![^\W_]){parts}(?![^\W_])", entered):
        raise UnreadableName(f"{text.strip()!r} is not a code, and holds the valid one")
    return False
