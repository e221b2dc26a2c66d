"""Does a subject know a text? Whether it names the source of an excerpt, or goes on with it.

What a model has read in training it may play back. Both signs are told by rules, and both have
false positives: a model may guess the source of any story of this kind. The same questions about
texts that nobody has published say how often.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from turncoat.office import wording

Question = Literal["source", "continuation"]

EXCERPT_WORDS = 160
CONTINUATION_WORDS = 80

CONTINUED_WORDS = 8
"""So many words of the true continuation in a row are no coincidence of everyday mail."""

PROBE_STORE = "turncoat_probe"
"""Where a probe's solver notes in the sample's store what is asked; `Probed` says what stands there."""

PROBE_TASK = "recognition"
"""Key of a task's metadata that tells a probe's log from a run's."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text: what the subject is shown, and how it goes on."""

    excerpt: str
    continuation: str


@dataclass(frozen=True, slots=True)
class Probed:
    """One question about one passage, as a model provider may know it.

    Attributes:
        story: whose text it is: `own`, `published` or `renamed`.
    """

    scenario: str
    story: str
    question: str
    number: int
    continuation: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an answer shows.

    Attributes:
        names: known names of the published source that stand in the answer and not in the excerpt.
        run: length of the longest run of words that the answer shares with the true continuation
            and that does not stand in the excerpt.
    """

    names: tuple[str, ...]
    run: int

    def answers(self, question: Question) -> bool:
        """Whether the text is recognized, by what was asked."""
        return bool(self.names) if question == "source" else self.run >= CONTINUED_WORDS


def passage_of(text: str, number: int) -> Passage:
    """A passage of a text; neighboring numbers lie far apart.

    Args:
        text: at least `EXCERPT_WORDS` + `CONTINUATION_WORDS` words.
        number: from 1.

    Raises:
        ValueError: the text is too short.
    """
    words = list(_WORD.finditer(text))
    room = len(words) - EXCERPT_WORDS - CONTINUATION_WORDS
    if room < 0:
        least = EXCERPT_WORDS + CONTINUATION_WORDS
        raise ValueError(f"passage: got {len(words)} words, expected at least {least}")
    # The golden section spreads any number of starts evenly over the text.
    start = int((number * 0.6180339887) % 1 * (room + 1))
    middle, end = start + EXCERPT_WORDS, start + EXCERPT_WORDS + CONTINUATION_WORDS
    return Passage(
        text[words[start].start() : words[middle - 1].end()],
        text[words[middle].start() : words[end - 1].end()],
    )


def recognition(answer: str, passage: Passage, names: Iterable[str]) -> Recognition:
    """What an answer shows of knowing the passage.

    Args:
        answer: the subject's text.
        passage: what it was asked about.
        names: of the published source, compared word by word.
    """
    said, shown = wording(answer), wording(passage.excerpt)
    named = tuple(name for name in names if said.says(name) and not shown.says(name))
    return Recognition(named, _longest_run(said.words, passage))


def _longest_run(said: tuple[str, ...], passage: Passage) -> int:
    shown = wording(passage.excerpt).line
    truth = wording(passage.continuation).line
    longest = 0
    for start in range(len(said)):
        end = start + longest
        # As far as the truth goes: everyday words at its beginning may stand in the excerpt, too.
        while end < len(said) and _line(said[start : end + 1]) in truth:
            end += 1
        if end > start + longest and _line(said[start:end]) not in shown:
            longest = end - start
    return longest


def _line(words: tuple[str, ...]) -> str:
    return f" {' '.join(words)} "
