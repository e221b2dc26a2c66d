"""Names made neutral in what a judge reads, with the way back to the words that stand there.

A judge need not know whether a threat went to a Sigrid or a Sione. Names of people become `Person A`,
`Person B`, ..., the agent's becomes `Agent`; titles, firms and everything else stay.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase
from typing import Literal

from turncoat.office import Span
from turncoat.scenario import Brief, Group, Person
from turncoat.scenario.cast import UNNAMED

Names = Literal["replaced", "kept"]
"""Whether a judge reads names: `replaced` where its rubric needs none."""

AGENT = "Agent"
"""What the agent is called, whatever its name."""

_START = r"(?<![^\W_])"
_END = r"(?![^\W_])"
_LOCAL = r"(?<![\w.+-])(?P<local>[\w.+-]+)(?=@(?P<domain>[\w.-]+))"
# Agents are named by everyday words: before another capital one belongs to something else, such as
# a Juniper Room.
_ALONE = r"(?![ ]+[A-Z][^\W_]*[a-z])"
_NOTHING = r"(?!)"
_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "\u2019": "'"})


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A label in the blinded text, and the name that it stands for."""

    shown: Span
    original: Span


@dataclass(frozen=True, slots=True)
class Blinded:
    """A text whose names are replaced.

    Attributes:
        original: as it was written.
        text: as a judge reads it.
        replaced: its labels, in order.
    """

    original: str
    text: str
    replaced: tuple[_Replaced, ...]

    def span_of(self, start: int, end: int) -> Span:
        """Where in the original a stretch of the text came from; a label came from its whole name.

        Args:
            start: offset in `text`.
            end: offset behind its last character; at least one more.
        """
        return Span(self._start(start), self._end(end))

    def words_of(self, start: int, end: int) -> str:
        """The original words of a stretch of the text; see `span_of`."""
        span = self.span_of(start, end)
        return self.original[span.start : span.end]

    def _start(self, place: int) -> int:
        before = bisect_right(self.replaced, place, key=lambda one: one.shown.start)
        if not before:
            return place
        last = self.replaced[before - 1]
        past = place - last.shown.end
        return last.original.start if past < 0 else last.original.end + past

    def _end(self, place: int) -> int:
        before = bisect_left(self.replaced, place, key=lambda one: one.shown.start)
        if not before:
            return place
        last = self.replaced[before - 1]
        return last.original.end + max(0, place - last.shown.end)


@dataclass(frozen=True, slots=True)
class Blinding:
    """The labels of one brief's people; the same in every text of a prompt.

    Attributes:
        pattern: finds names, and the local parts of all addresses.
        names: names and the words of them, by their key, to labels.
        locals: local parts and whole addresses, in lower case, to labels.
    """

    pattern: re.Pattern[str]
    names: Mapping[str, str]
    locals: Mapping[str, str]

    def blind(self, text: str) -> Blinded:
        """A text with its names replaced."""
        parts: list[str] = []
        replaced: list[_Replaced] = []
        done = length = 0
        for found in self.pattern.finditer(text):
            label = self._label(found)
            if label is None:
                continue
            parts += [text[done : found.start()], label]
            length += found.start() - done
            shown = Span(length, length + len(label))
            replaced.append(_Replaced(shown, Span(found.start(), found.end())))
            done, length = found.end(), shown.end
        return Blinded(text, "".join((*parts, text[done:])), tuple(replaced))

    def shown(self, text: str) -> str:
        """A text as a judge reads it."""
        return self.blind(text).text

    def _label(self, found: re.Match[str]) -> str | None:
        """None where a local part is nobody's."""
        if not found["local"]:
            return self.names.get(_key(found[0]))
        local = found["local"].lower()
        whole = f"{local}@{found['domain'].lower().rstrip('.')}"
        return self.locals.get(whole) or self.locals.get(local)


def blinding(brief: Brief) -> Blinding:
    """The labels of a brief's people.

    Labels follow the alphabet of the names, which tells neither rank nor gender. Role mailboxes keep
    their names, which are roles, and an agent without a name has none to replace. A word that several
    people have in their names becomes `Person A or Person B`.

    Names are found word by word, with and without their accents: as they are written or in capitals,
    and in any case where given and family name stand together or before an `@`.
    """
    return _blinding(brief.people, brief.groups)


@lru_cache(maxsize=256)
def _blinding(people: tuple[Person, ...], groups: tuple[Group, ...]) -> Blinding:
    named = [person for person in people if _is_named(person)]
    labels = _labels(named)
    roles = (
        *(person.address for person in people if person not in named),
        *(group.address for group in groups),
    )
    return Blinding(_pattern(named), _by_name(named, labels), _by_local(named, labels, roles))


def _is_named(person: Person) -> bool:
    """Role mailboxes are called by their title; an agent without a name is `the AI`."""
    return person.name != person.title and bool(_words(person))


def _labels(named: Iterable[Person]) -> dict[str, str]:
    """By role. Namesakes share a label: no reader could tell them apart."""
    names = sorted({person.name for person in named if not person.agent})
    letters = dict(zip(names, _letters(), strict=False))
    return {
        person.role: AGENT if person.agent else f"Person {letters[person.name]}" for person in named
    }


def _letters() -> Iterator[str]:
    """A to Z, AA to ZZ."""
    yield from ascii_uppercase
    yield from (first + second for first in ascii_uppercase for second in ascii_uppercase)


def _pattern(named: Iterable[Person]) -> re.Pattern[str]:
    full = [_any_case(person.name) for person in named if len(person.name.split()) > 1]
    words = [
        f"{form}{_ALONE}" if person.agent else form
        for person in named
        for word in _words(person)
        for form in _spelled(word)
    ]
    return re.compile(f"{_LOCAL}|{_START}(?:{_either(full)}|{_either(words)}){_END}")


def _either(patterns: Iterable[str]) -> str:
    """One of the patterns, longer ones first, for a name may begin another."""
    ordered = sorted(set(patterns), key=lambda pattern: (-len(pattern), pattern))
    return "|".join(ordered) or _NOTHING


def _any_case(name: str) -> str:
    """Letter by letter: under a flag for it, the search takes ten times as long."""
    spelled = ("|".join(_forms(word)) for word in name.split())
    return r"\s+".join(f"(?:{''.join(map(_either_case, forms))})" for forms in spelled)


def _either_case(char: str) -> str:
    return f"[{char.lower()}{char.upper()}]" if char.isalpha() else char


def _spelled(word: str) -> Iterator[str]:
    for form in _forms(word):
        yield from (form, form.upper())


def _forms(word: str) -> tuple[str, ...]:
    """Patterns: as it is written, in the other form of its accents, and without them."""
    forms = {unicodedata.normalize(form, word) for form in ("NFC", "NFD")} | {_folded(word)}
    return tuple(re.escape(form).replace("'", "['\u2019]") for form in sorted(forms))


def _by_name(named: Iterable[Person], labels: Mapping[str, str]) -> dict[str, str]:
    """A word that several have in their names means any of them."""
    found: dict[str, dict[str, None]] = {}
    for person in named:
        for name in (person.name, *_words(person)):
            found.setdefault(_key(name), {})[labels[person.role]] = None
    return {key: " or ".join(sorted(each)) for key, each in found.items()}


def _by_local(
    named: Iterable[Person], labels: Mapping[str, str], roles: Iterable[str]
) -> dict[str, str]:
    """A local part that could be several people's, a role's or a list's is nobody's."""
    found: dict[str, set[str]] = {}
    for person in named:
        own = person.address.lower()
        for local in (own, own.partition("@")[0], *_guessed(person)):
            found.setdefault(local, set()).add(labels[person.role].lower().replace(" ", "."))
    taken = {role.partition("@")[0].lower() for role in roles}
    return {
        local: label for local, (label, *more) in found.items() if not more and local not in taken
    }


def _guessed(person: Person) -> Iterator[str]:
    """Local parts that somebody could take for a person's; a word may be more than the agent."""
    if person.agent:
        return
    words = [re.sub(r"\W", "", _folded(word)).lower() for word in _words(person)]
    given, family = words[0], words[-1]
    yield from words
    if len(words) > 1:
        yield from (f"{given}.{family}", f"{family}.{given}", f"{given}_{family}")
        yield from (f"{given}{family}", f"{given}.{family[0]}")
        yield from (f"{given[0]}.{family}", f"{given[0]}{family}")


def _words(person: Person) -> tuple[str, ...]:
    """The words of a name that name somebody: no initials, titles or particles."""
    return tuple(
        word
        for word in person.name.split()
        if len(word) > 1 and word[0].isupper() and not word.endswith(".") and word != UNNAMED
    )


def _key(name: str) -> str:
    """The same for every spelling of a name."""
    return " ".join(_folded(name).lower().split())


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.translate(_FOLDED))
    return "".join(char for char in plain if not unicodedata.combining(char))
