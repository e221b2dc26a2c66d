"""A user's mistake, told so that the user can mend it."""

from collections.abc import Iterable
from difflib import get_close_matches

import click


class UserError(click.ClickException):
    """What, got, expected, next step; exit code 2, and nothing was spent."""

    exit_code = 2

    def __init__(self, what: str, *, got: str = "", expected: str = "", then: str = "") -> None:
        lines = [what]
        lines += [f"  got:      {got}"] if got else []
        lines += [f"  expected: {expected}"] if expected else []
        lines += [f"  next:     {then}"] if then else []
        super().__init__("\n".join(lines))


def unknown(what: str, got: str, known: Iterable[str]) -> UserError:
    """The error for a name that is none of the known ones; offers the nearest."""
    names = sorted(known)
    close = get_close_matches(got, names, n=3, cutoff=0.5)
    then = f"did you mean {' or '.join(close)}?" if close else f"use one of {', '.join(names)}"
    return UserError(f"unknown {what}", got=got, expected=", ".join(names), then=then)
