"""Text of others on the page: it shows as it is, and what cannot be seen or misleads is named."""

import re

from markupsafe import Markup, escape

# Controls; marks that turn the direction of text or are invisible; tags, in which text can be
# hidden; halves of surrogate pairs. Joiners stay: scripts and emoji need them.
_SIGNS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def shown(text: str) -> Markup:
    """The text as HTML. A sign that nobody sees is drawn as its code point, and is no text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    parts: list[Markup] = []
    at = 0
    for found in _SIGNS.finditer(lines):
        parts += [escape(lines[at : found.start()]), _sign(found[0])]
        at = found.end()
    return Markup().join([*parts, escape(lines[at:])])


def _sign(sign: str) -> Markup:
    return Markup('<span class="sign" data-sign="U+{:04X}"></span>').format(ord(sign))


def plain(text: str) -> str:
    """Text for a field that is sent back; half a surrogate pair cannot be sent."""
    return text.encode("utf-8", "replace").decode()
