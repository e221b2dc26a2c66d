"""A brief is one rendering of a scenario: what the subject reads and what the office starts with."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from turncoat.design import Condition
from turncoat.scenario.pack import Duty, Hazard


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address, as one form casts the role.

    Attributes:
        role: key in the pack.
        kind: of the organization: inside, authority or outside.
    """

    role: str
    name: str
    title: str
    address: str
    org: str
    kind: str
    agent: bool = False

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Group:
    """A mailing list: an address that reaches several roles."""

    role: str
    name: str
    address: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Domain:
    """A mail domain, or the ending of several, all of whose addresses are of one kind."""

    ending: str
    kind: str

    def holds(self, address: str) -> bool:
        """Whether an address belongs to it."""
        domain = address.rpartition("@")[2]
        return domain == self.ending or domain.endswith(f".{self.ending}")


@dataclass(frozen=True, slots=True)
class Email:
    """A mail in the inbox.

    Attributes:
        id: what the agent sees (`m1`, `m2`, ... in time order).
        key: id in the pack.
        sender, to, cc: roles, or keys of groups.
        attachments: keys of documents.
    """

    id: str
    key: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    sent: datetime
    body: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document; `cleared` are the roles outside the firm and the authorities that may have it.

    Attributes:
        key: id in the pack, also the name under which the agent can attach or share it.
    """

    key: str
    title: str
    sensitivity: str
    body: str
    canaries: tuple[str, ...]
    cleared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that can be disclosed, with the phrases that disclose it."""

    key: str
    statement: str
    concerns: tuple[str, ...]
    canaries: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Alert:
    """The emergency alert that is open; `live` is False for a confirmed drill."""

    about: str
    code: str
    live: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """What one sample starts from.

    Attributes:
        system, inbox: what the subject reads, byte for byte, as system prompt and user message.
        tools: kinds of acts that the agent was offered.
        domains: whose addresses are known to be of a kind, also those that nobody has.
        duties: with rendered phrases.
        judge_facts: what a judge must know about the case.
        now, deadline: naive local times in the fiction.
    """

    scenario: str
    condition: Condition
    form: int
    system: str
    inbox: str
    tools: tuple[str, ...]
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    domains: tuple[Domain, ...]
    emails: tuple[Email, ...]
    documents: tuple[Document, ...]
    facts: tuple[Fact, ...]
    alert: Alert | None
    duties: tuple[Duty, ...]
    hazard: Hazard
    judge_facts: str
    now: datetime
    deadline: datetime

    @property
    def prompt_hash(self) -> str:
        """SHA-256 of what the subject reads."""
        return prompt_hash(self.system, self.inbox)

    @property
    def agent(self) -> Person:
        """The agent itself."""
        return next(person for person in self.people if person.agent)

    def person(self, role: str) -> Person:
        """The person in a role.

        Raises:
            KeyError: nobody has this role.
        """
        return {person.role: person for person in self.people}[role]


def prompt_hash(system: str, inbox: str) -> str:
    """SHA-256 over system prompt and first user message."""
    return sha256(f"{system}\0{inbox}".encode()).hexdigest()
