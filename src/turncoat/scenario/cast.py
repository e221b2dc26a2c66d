"""A cast fills a scenario's slots for one form: who, which firm, when, which product."""

import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar

from turncoat.scenario.draws import Draws
from turncoat.scenario.pack import GivenName, NamePool, Organization, PersonSpec, Scenario, Slot

T = TypeVar("T")

# Tuesdays away from the holidays at the end of the year and from the height of summer.
_TUESDAYS = tuple(
    day
    for day in (date(2025, 1, 7) + timedelta(weeks=week) for week in range(100))
    if (2, 1) <= (day.month, day.day) <= (6, 20) or (9, 1) <= (day.month, day.day) <= (12, 5)
)
_ADDRESS_STYLES = ("{given}.{family}", "{g}.{family}", "{given}", "{given}.{f}", "{family}.{given}")
_PRONOUNS = {
    "she": ("she", "her", "her", "hers", "herself"),
    "he": ("he", "him", "his", "his", "himself"),
    "they": ("they", "them", "their", "theirs", "themself"),
}


FARTHEST = 999
"""Working days from the day of the turn: more is a slip, and counting them takes time."""

UNNAMED = "AI"
"""What an agent without a name is called: `the AI` in a sentence, `AI` in a salutation."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An organization as a form casts it; templates read `{{ firm }}` and `{{ firm.domain }}`."""

    key: str
    name: str
    domain: str
    kind: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Member:
    """A person or role mailbox as a form casts it; what templates may say of it."""

    role: str
    name: str
    given: str
    family: str
    title: str
    address: str
    org: str
    kind: str
    pronoun: str
    agent: bool

    def __str__(self) -> str:
        return self.name

    @property
    def they(self) -> str:
        """She, he or they."""
        return _PRONOUNS[self.pronoun][0]

    @property
    def them(self) -> str:
        """Her, him or them."""
        return _PRONOUNS[self.pronoun][1]

    @property
    def their(self) -> str:
        """Her, his or their."""
        return _PRONOUNS[self.pronoun][2]

    @property
    def theirs(self) -> str:
        """Hers, his or theirs."""
        return _PRONOUNS[self.pronoun][3]

    @property
    def themself(self) -> str:
        """Herself, himself or themself."""
        return _PRONOUNS[self.pronoun][4]

    @property
    def They(self) -> str:  # noqa: N802 - the capital is what it means
        """The pronoun at the start of a sentence."""
        return self.they.capitalize()

    @property
    def Their(self) -> str:  # noqa: N802 - the capital is what it means
        """The possessive at the start of a sentence."""
        return self.their.capitalize()

    @property
    def are(self) -> str:
        """The verb that agrees with the pronoun: is or are."""
        return "are" if self.pronoun == "they" else "is"

    @property
    def have(self) -> str:
        """The verb that agrees with the pronoun: has or have."""
        return "have" if self.pronoun == "they" else "has"

    @property
    def s(self) -> str:
        """The ending of a verb that agrees with the pronoun."""
        return "" if self.pronoun == "they" else "s"


@dataclass(frozen=True, slots=True)
class ListAddress:
    """A mailing list as a form casts it."""

    role: str
    title: str
    address: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Cast:
    """Everything that varies by form and not by condition.

    Attributes:
        naming: level of the factor `agent_name`: where the agent's name comes from.
        slots: name to value: text, number, or a mapping that templates read by key.
        day: the day of the agent's turn.
        filled: memo of texts, by what they were made from: few of them depend on the condition.
    """

    form: int
    naming: str
    firms: dict[str, Firm]
    members: dict[str, Member]
    lists: dict[str, ListAddress]
    slots: dict[str, str | int | dict[str, str]]
    day: date
    filled: dict[Hashable, str] = field(default_factory=dict, compare=False, repr=False)

    def working_day(self, offset: int) -> date:
        """The working day so many working days after (or before) the day of the turn.

        Raises:
            ValueError: farther than any mail is old.
        """
        if abs(offset) > FARTHEST:
            raise ValueError(f"got {offset} working days, expected at most {FARTHEST}")
        step = 1 if offset > 0 else -1
        found = self.day
        for _ in range(abs(offset)):
            found += timedelta(days=step)
            while found.weekday() >= 5:
                found += timedelta(days=step)
        return found

    def moment(self, offset: int, clock: str) -> datetime:
        """A working-day offset and `HH:MM` as a naive local time."""
        return datetime.combine(self.working_day(offset), time.fromisoformat(clock))


@lru_cache(maxsize=512)
def _cast(key: "_CastKey", form: int, naming: str) -> Cast:
    return _Casting(key.scenario, form, naming).cast()


@dataclass(frozen=True, slots=True, eq=False)
class _CastKey:
    """Hashes a scenario by its pack hash: hashing the whole model at every call is slow."""

    scenario: Scenario

    def __hash__(self) -> int:
        return hash(self.scenario.pack_hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CastKey) and self.scenario.pack_hash == other.scenario.pack_hash


def cast(scenario: Scenario, form: int, naming: str = "form") -> Cast:
    """The cast of a form, numbered from 1; only the agent's name depends on the condition.

    Args:
        scenario: the pack.
        form: its number.
        naming: `form` draws the agent's name, `pinned` fixes it, `unnamed` calls it the AI.

    Raises:
        ValueError: a form below 1, or a pool that is too small for the roles.
    """
    if form < 1:
        raise ValueError(f"form {form}: forms are numbered from 1")
    return _cast(_CastKey(scenario), form, naming)


def turn(what: str, form: int, pool: Sequence[T]) -> T:
    """Every item of a pool once before any comes again: few forms, and yet all different."""
    block, place = divmod(form - 1, len(pool))
    return Draws(f"{what}/{block}").several(pool, len(pool))[place]


@dataclass(frozen=True, slots=True)
class _Drawn:
    given: GivenName
    family: str


class _Casting:
    """Draws each part from a stream of its own, so that a new slot changes no other value."""

    def __init__(self, scenario: Scenario, form: int, naming: str) -> None:
        self.scenario = scenario
        self.form = form
        self.naming = naming
        self.style = self.draws("address style").one(_ADDRESS_STYLES)

    def draws(self, what: str) -> Draws:
        return Draws(f"{self.scenario.name}/{self.form}/{what}")

    def turn(self, what: str, pool: Sequence[T]) -> T:
        return turn(f"{self.scenario.name}/{what}", self.form, pool)

    def cast(self) -> Cast:
        firms = self.firms()
        return Cast(
            form=self.form,
            naming=self.naming,
            firms=firms,
            members=self.members(firms),
            lists=self.lists(firms),
            slots={name: self.slot(name, slot) for name, slot in self.scenario.slots.items()},
            day=self.day(),
        )

    def firms(self) -> dict[str, Firm]:
        taken: set[str] = set()
        firms = {}
        for key, organization in self.scenario.organizations.items():
            name = self.firm_name(key, organization, taken)
            taken.add(name)
            domain = organization.domain or f"{_ascii(name)}.{organization.suffix}"
            firms[key] = Firm(key, name, domain, organization.kind)
        return firms

    def firm_name(self, key: str, organization: Organization, taken: set[str]) -> str:
        free = [name for name in organization.names if name not in taken]
        return self.turn(f"organization {key}", free)

    def members(self, firms: dict[str, Firm]) -> dict[str, Member]:
        pool: NamePool = self.scenario.names
        count = len(self.scenario.people)
        given = self.given_names(pool)
        family = self.draws("family names").several(pool.family, count)
        drawn = zip(self.scenario.people.items(), given, family, strict=True)
        return {
            role: self.member(role, spec, firms[spec.org], _Drawn(first, last))
            for (role, spec), first, last in drawn
        }

    def given_names(self, pool: NamePool) -> list[GivenName]:
        """One for each role; where a text fixes the pronoun, the first drawn that fits."""
        people = self.scenario.people.values()
        left = self.draws("given names").several(pool.people, len(pool.people))
        chosen = []
        for spec in people:
            fitting = (name for name in left if spec.pronoun in (None, name.pronoun))
            name = next(fitting, None)
            if name is None:
                raise ValueError(f"got {len(people)} roles, and too few names for them")
            left.remove(name)
            chosen.append(name)
        return chosen

    def member(self, role: str, spec: PersonSpec, firm: Firm, drawn: "_Drawn") -> Member:
        given, pronoun, family = drawn.given.name, drawn.given.pronoun, drawn.family
        if spec.agent:
            given, family, pronoun = self.agent_name(), "", "they"
        local = spec.mailbox or self.local_part(given, family)
        return Member(
            role=role,
            name=self.full_name(spec, given, family),
            given=given if not spec.mailbox else spec.name or spec.title,
            family=family,
            title=spec.title,
            address=f"{local}@{firm.domain}",
            org=firm.key,
            kind=firm.kind,
            pronoun="they" if spec.mailbox else pronoun,
            agent=spec.agent,
        )

    def agent_name(self) -> str:
        names = self.scenario.names
        if self.naming == "unnamed":
            return UNNAMED
        return (
            names.pinned if self.naming == "pinned" else self.draws("agent name").one(names.agents)
        )

    def full_name(self, spec: PersonSpec, given: str, family: str) -> str:
        if spec.name or spec.mailbox:
            return spec.name or spec.title
        if spec.agent and self.naming == "unnamed":
            return f"the {UNNAMED}"
        return f"{given} {family}".strip()

    def local_part(self, given: str, family: str) -> str:
        given, family = _ascii(given), _ascii(family)
        if not family:
            return given
        return self.style.format(given=given, family=family, g=given[0], f=family[0])

    def lists(self, firms: dict[str, Firm]) -> dict[str, ListAddress]:
        return {
            key: ListAddress(
                key, spec.title, f"{spec.mailbox}@{firms[spec.org].domain}", spec.members
            )
            for key, spec in self.scenario.lists.items()
        }

    def slot(self, name: str, slot: Slot) -> str | int | dict[str, str]:
        draws = self.draws(f"slot {name}")
        if slot.code is not None:
            return draws.code(slot.code)
        if slot.number is not None:
            first, last, step = slot.number
            return draws.one(range(first, last + 1, step))
        return self.turn(f"slot {name}", slot.choose)

    def day(self) -> date:
        """A Tuesday to Thursday: the day before and after it are working days."""
        draws = self.draws("day")
        return draws.one(_TUESDAYS) + timedelta(days=draws.index(3))


def _ascii(text: str) -> str:
    folded = unicodedata.normalize(
        "NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    )
    return "".join(char for char in folded.lower() if char.isascii() and char.isalnum())
