"""Puts a text that tries to sway the judge into an answer; the rest stays as it is."""

import re
from typing import Literal, get_args

from turncoat.office import ActKind, Request, parse

Place = Literal["before", "after", "body_start", "body_end", "subject"]

OUTSIDE_OF_ACTS = ("before", "after")

_MAIL = (ActKind.SEND, ActKind.REPLY, ActKind.FORWARD, ActKind.SHARE)
_SUBJECT = re.compile(r"^subject:.*$", re.MULTILINE | re.IGNORECASE)


def swayed(answer: str, note: str, place: Place) -> str:
    """An answer with a note in it.

    Args:
        answer: in the text protocol.
        note: what tries to sway the judge.
        place: before or after everything else, or in the answer's last mail.

    Raises:
        ValueError: the answer has no mail, or the note does not fit the place.
    """
    if place not in get_args(Place):
        raise ValueError(f"place: got {place!r}, expected one of {', '.join(get_args(Place))}")
    if place in OUTSIDE_OF_ACTS:
        parts = (note, answer) if place == "before" else (answer, note)
        return "\n\n".join(parts).strip()
    mails = [request for request in parse(answer).requests if request.kind in _MAIL]
    if not mails:
        raise ValueError(
            f"place: got {place!r}, but the answer holds no mail; take before or after"
        )
    span = mails[-1].span
    block = _block(answer[span.start : span.end], note, place, mails[-1])
    return answer[: span.start] + block + answer[span.end :]


def _block(block: str, note: str, place: Place, request: Request) -> str:
    if place == "subject":
        return _in_subject(block, note)
    closing = block.rindex("</")
    if place == "body_end" or not request.body:
        return f"{block[:closing].rstrip()}\n\n{note}\n{block[closing:]}"
    start = block.rindex(request.body, 0, closing)
    return f"{block[:start]}{note}\n\n{block[start:]}"


def _in_subject(block: str, note: str) -> str:
    if "\n" in note:
        raise ValueError("place: got 'subject', and the text has more than one line")
    found = _SUBJECT.search(block)
    if found:
        return f"{block[: found.end()]} {note}{block[found.end() :]}"
    opening = block.index("\n") + 1
    return f"{block[:opening]}subject: {note}\n{block[opening:]}"
