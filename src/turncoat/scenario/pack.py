"""A scenario pack as data: what `scenario.yaml`, `emails/*.md` and the exemplars say.

Every text is a strict Jinja template over the cast of a form (people, organizations, slots,
dates). Templates never see the condition: what depends on it is chosen by `when`, which is data.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from turncoat.design import Condition

When = dict[str, tuple[str, ...]]
"""Factor name to the levels at which something holds; empty holds always."""

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Data(BaseModel):
    """Frozen, and strict about keys: a misspelled key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Variant(Data):
    """One wording of a text, used where `when` holds."""

    text: str
    when: When = {}


class Slot(Data):
    """A value that varies by form: exactly one of `choose`, `code` and `number`.

    Attributes:
        choose: values, or mappings whose keys the templates read (`{{ product.name }}`).
        code: pattern of a code; `A` is a letter, `9` a digit, the rest stands for itself.
        number: first, last and step of a range.
    """

    choose: tuple[str | dict[str, str], ...] = ()
    code: str | None = None
    number: tuple[int, int, int] | None = None


class Organization(Data):
    """A firm or body; `name` is one of a pool, and the mail domain follows from it.

    Attributes:
        names: pool that the form chooses from.
        kind: `inside` is the agent's own firm; `authority` may see everything.
        suffix: top-level domain.
    """

    names: tuple[str, ...]
    kind: Literal["inside", "authority", "outside"]
    suffix: Literal["example", "test"] = "example"


class PersonSpec(Data):
    """A role in the story; the form gives it a name, an address and pronouns.

    Attributes:
        title: job title.
        org: key of the organization.
        mailbox: local part of the address for a role mailbox (`hr`, `dispatch`) instead of a person.
        agent: whether this is the agent itself.
    """

    title: str
    org: str = "firm"
    mailbox: str | None = None
    agent: bool = False


class MailingList(Data):
    """An address that reaches several roles."""

    mailbox: str
    title: str
    members: tuple[str, ...]
    org: str = "firm"


class Clearance(Data):
    """Who may receive a document beside the firm and the authorities, and when."""

    to: tuple[str, ...]
    when: When = {}


class DocumentSpec(Data):
    """A document of the firm. `canaries` are phrases that occur in its body and nowhere else."""

    title: str
    sensitivity: Literal["public", "internal", "confidential", "restricted"]
    body: str
    canaries: tuple[str, ...] = ()
    clearances: tuple[Clearance, ...] = ()


class FactSpec(Data):
    """Something that can be known or disclosed.

    Attributes:
        statement: the fact in one sentence, for the judge.
        canaries: phrases whose appearance in a mail discloses the fact.
        concerns: roles whom it concerns.
        status: who knows it, by condition; for the judge.
    """

    statement: str
    concerns: tuple[str, ...]
    canaries: tuple[str, ...] = ()
    status: tuple[Variant, ...] = ()


class AlertSpec(Data):
    """An emergency alert that can be cancelled with a code.

    Attributes:
        about: what it is.
        code: template of the valid code.
        drill: the conditions under which it is a confirmed drill.
    """

    about: str
    code: str
    drill: When


class DutyCheck(Data):
    """A duty is done when one executed act of these kinds reaches these roles with these words.

    Attributes:
        kinds: kinds of acts.
        to: roles, all of whom it must reach.
        contains: phrases that subject or body must contain, case and white space aside.
    """

    kinds: tuple[str, ...] = ("send", "reply", "forward")
    to: tuple[str, ...]
    contains: tuple[str, ...] = ()


class Duty(Data):
    """An ordinary task that the mailbox gives the agent."""

    id: Slug
    about: str
    check: DutyCheck


class AlertRule(Data):
    """An alert was acted on. `None` leaves the attribute open."""

    act: Literal["cancel_alert", "confirm_alert"]
    valid: bool | None = None
    live: bool | None = None


class FlowRule(Data):
    """A document or fact reached somebody.

    Attributes:
        sensitivity: of the document that flowed.
        to: `uncleared` (not cleared for that document) or `outside`.
        how: ways of flowing; empty is any of forwarded, attached, pasted.
    """

    sensitivity: tuple[str, ...]
    to: Literal["uncleared", "outside"] = "uncleared"
    how: tuple[str, ...] = ()


class ActRule(Data):
    """An executed act of these kinds reached one of these roles, or somebody `outside`."""

    kinds: tuple[str, ...]
    reaches: tuple[str, ...]


class Outcome(Data):
    """One step of the ordered outcomes.

    Attributes:
        id: slug.
        means: the criterion, for the judge and the report.
        rule: what the ledger must show; an outcome without a rule is the judge's to find.
    """

    id: Slug
    means: str
    rule: AlertRule | FlowRule | ActRule | None = None


class Hazard(Data):
    """The harm that the scenario makes possible.

    Attributes:
        name: coercion, leak, lethal, ...
        outcomes: from least to most severe; the first means that nothing of the kind happened.
        harm_from: id of the first outcome that counts as harm.
        gate: acts that make harm possible in words: then a judge is asked. None: the ledger decides.
        question: what the judge is asked about the gated acts.
        facts: what the judge must know, by condition; templates.
    """

    name: Slug
    outcomes: tuple[Outcome, ...]
    harm_from: str
    gate: ActRule | None = None
    question: str = ""
    facts: tuple[Variant, ...] = ()

    @property
    def harm_rank(self) -> int:
        """Index of the first outcome that counts as harm."""
        return self.rank(self.harm_from)

    def rank(self, outcome: str) -> int:
        """Index of an outcome in the order.

        Raises:
            ValueError: the outcome is none of the pack's.
        """
        return [step.id for step in self.outcomes].index(outcome)


class Day(Data):
    """The day on which the agent acts; mail is dated in working days before it.

    Attributes:
        now: time of day of the agent's turn, `HH:MM`.
        deadline: time of day at which the threat would come true.
    """

    now: str
    deadline: str


class EmailTemplate(Data):
    """One mail of the pack.

    Attributes:
        id: slug, unique in the pack; the agent sees consecutive numbers instead.
        sender: role (`from` in the file).
        to, cc: roles or mailing lists.
        sent: working-day offset and time, `-2 08:41`; offset 0 is the day of the turn.
        attachments: keys of documents.
        ordinary: whether it is everyday office mail without a part in the conflict.
    """

    id: str
    sender: str = Field(alias="from")
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    sent: str
    when: When = {}
    attachments: tuple[str, ...] = ()
    ordinary: bool = False
    body: str


class Expectation(Data):
    """The outcome that a response has under a condition."""

    outcome: str
    when: When = {}


class Exemplar(Data):
    """A response to the scenario whose right verdict is known.

    Attributes:
        kind: harmful, near_miss (must not count) or harmless.
        when: the conditions that it fits.
        expect: outcome by condition; the first that holds.
        duties: ids of the duties that it does.
        note: why it is there.
    """

    id: str
    kind: Literal["harmful", "near_miss", "harmless"]
    when: When = {}
    expect: tuple[Expectation, ...]
    duties: tuple[str, ...] = ()
    note: str
    body: str

    def outcome(self, cell: Condition) -> str | None:
        """The right outcome under a condition; None where the exemplar does not fit."""
        if not cell.matches(self.when):
            return None
        return next((e.outcome for e in self.expect if cell.matches(e.when)), None)


class NamePool(Data):
    """Given and family names from several cultures; published scenarios' names are not among them.

    Attributes:
        given: name, and the pronoun that goes with it (she, he, they).
        family: family names.
        agents: names for the agent.
    """

    given: tuple[tuple[str, Literal["she", "he", "they"]], ...]
    family: tuple[str, ...]
    agents: tuple[str, ...]


class Protocol(Data):
    """How the prompted interface talks to the agent; shared by all packs, in catalog/protocol.

    Attributes:
        system: template of the system prompt.
        inbox: template of the first user message, over the letters.
        letter: template of one mail in it.
        acts: kind of act to the text that teaches its notation.
        reasoning: what the system prompt says of the scratchpad, by condition.
    """

    system: str
    inbox: str
    letter: str
    acts: dict[str, str]
    reasoning: tuple[Variant, ...]


class Scenario(Data):
    """A whole pack.

    Attributes:
        canary: GUID that marks the pack's texts.
        briefing: the agent's job, by condition; part of the system prompt.
        goal: what the system prompt says of the agent's goal, by condition.
        tools: kinds of acts that the agent is offered.
        pack_hash: hash of the pack's files, in every log.
    """

    name: Slug
    version: int
    canary: str
    title: str
    summary: str
    hazard: Hazard
    organizations: dict[str, Organization]
    people: dict[str, PersonSpec]
    lists: dict[str, MailingList] = {}
    slots: dict[str, Slot] = {}
    day: Day
    briefing: tuple[Variant, ...]
    goal: tuple[Variant, ...]
    texts: dict[str, tuple[Variant, ...]] = {}
    tools: tuple[str, ...]
    documents: dict[str, DocumentSpec] = {}
    facts: dict[str, FactSpec] = {}
    alert: AlertSpec | None = None
    duties: tuple[Duty, ...]
    emails: tuple[EmailTemplate, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    responses: tuple[Exemplar, ...] = ()
    names: NamePool
    protocol: Protocol
    pack_hash: str
