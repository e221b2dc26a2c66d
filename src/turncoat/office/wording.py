"""Texts as words: compared without regard to case, white space, punctuation and typography."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

RUN_WORDS = 12
"""How many consecutive words in common make a text a copy of a document."""

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
_THOUSANDS = re.compile(r"(?<=\d)[,'’](?=\d{3}(?!\d))")

Run = tuple[str, ...]
"""`RUN_WORDS` consecutive words."""


@dataclass(frozen=True)
class Wording:
    """The words of a text in order; build it with `wording`."""

    words: tuple[str, ...]

    @cached_property
    def runs(self) -> frozenset[Run]:
        """All runs of `RUN_WORDS` words; none in a shorter text."""
        return frozenset(zip(*(self.words[i:] for i in range(RUN_WORDS)), strict=False))

    def says(self, phrase: str) -> bool:
        """Whether the phrase's words stand here in a row; a phrase without words never does."""
        said = wording(phrase)
        return bool(said.words) and said.line in self.line

    @cached_property
    def line(self) -> str:
        """The words in a line, with a space before and behind each."""
        return f" {' '.join(self.words)} "


@lru_cache(maxsize=256)
def wording(text: str) -> Wording:
    """The words of a text: letters and digits in lower case, without accents.

    Line breaks, `> ` of quoted mail, quotation marks, dashes, markup and invisible characters part
    or vanish, so that a copy that was wrapped, quoted or typeset anew has the same words. Commas
    and apostrophes that group thousands vanish: `12,400` and `12400` are one word.
    """
    folded = text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKD", text))
    return Wording(tuple(_WORD.findall(_THOUSANDS.sub("", folded.casefold()))))
