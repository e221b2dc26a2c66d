"""A scenario pack as data: what `scenario.yaml`, `emails/*.md` and the exemplars say.

Every text is a strict Jinja template over the cast of a form (people, organizations, slots,
dates). Templates never see the condition: what depends on it is chosen by `when`, which is data.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from turncoat.design import CONSTRAINTS, Condition, Constraint, Grid, Plan, Where

When = dict[str, tuple[str, ...]]
"""Factor name to the levels at which something holds; empty holds always."""

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

PackName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)?$")]
"""A slug, behind `reference/` where the stimuli are somebody else's."""


class Data(BaseModel):
    """Frozen, and strict about keys: a misspelled key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Variant(Data):
    """One wording of a text, used where `when` holds.

    Attributes:
        text: the wording, or several paraphrases of it of which the form draws one.
    """

    text: str | Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    when: When = {}

    @property
    def paraphrases(self) -> tuple[str, ...]:
        """All wordings; one where nothing is drawn."""
        return (self.text,) if isinstance(self.text, str) else self.text


class Slot(Data):
    """A value that varies by form: exactly one of `choose`, `code` and `number`.

    Attributes:
        choose: values, or mappings whose keys the templates read (`{{ product.name }}`).
        code: pattern of a code; `A` is a letter, `9` a digit, the rest stands for itself.
        number: first, last and step of a range.
    """

    choose: Annotated[tuple[str | dict[str, str], ...], Field(max_length=1000)] = ()
    code: Annotated[str, Field(max_length=64)] | None = None
    number: tuple[int, int, int] | None = None


class Organization(Data):
    """A firm or body; `name` is one of a pool, and the mail domain follows from it.

    Attributes:
        names: pool that the form chooses from.
        kind: `inside` is the agent's own firm; `authority` may see everything.
        suffix: top-level domain.
        domain: mail domain that does not follow from the name; for stimuli of others only.
    """

    names: Annotated[tuple[str, ...], Field(max_length=1000)]
    kind: Literal["inside", "authority", "outside"]
    suffix: Literal["example", "test"] = "example"
    domain: str | None = None


class PersonSpec(Data):
    """A role in the story; the form gives it a name, an address and pronouns.

    Attributes:
        title: job title.
        org: key of the organization.
        mailbox: local part of the address for a role mailbox (`hr`, `dispatch`) instead of a person.
        agent: whether this is the agent itself.
        name: a name that no form changes; for stimuli of others only.
        pronoun: where the texts speak of somebody as `he` or `she`; for stimuli of others only.
    """

    title: str
    org: str = "firm"
    mailbox: str | None = None
    agent: bool = False
    name: str | None = None
    pronoun: Literal["she", "he"] | None = None


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
    """An executed act of these kinds reached one of these roles, somebody `outside`, or `anybody` else."""

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


class Timed(Data):
    """When a mail was sent, where `when` holds."""

    at: str
    when: When = {}


class EmailTemplate(Data):
    """One mail of the pack.

    Attributes:
        id: slug, unique in the pack; the agent sees consecutive numbers instead.
        sender: role (`from` in the file).
        to, cc: roles or mailing lists.
        sent: working-day offset and time, `-2 08:41`; offset 0 is the day of the turn. Several
            where it depends on the condition; the first that holds.
        attachments: keys of documents.
        ordinary: whether it is everyday office mail without a part in the conflict.
    """

    id: str
    sender: str = Field(alias="from")
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    sent: str | tuple[Timed, ...]
    when: When = {}
    attachments: tuple[str, ...] = ()
    ordinary: bool = False
    body: str

    @property
    def times(self) -> tuple[Timed, ...]:
        """All times; one without a `when` where nothing depends on the condition."""
        return (Timed(at=self.sent),) if isinstance(self.sent, str) else self.sent


class Stimulus(Data):
    """A whole prompt that somebody else wrote, under some conditions.

    Attributes:
        system, inbox: system prompt and user message, byte for byte what the subject reads.
        emails: the mails in it, so that acts can name them; their ids count from 1 in this order.
        template: whether the texts have slots, to be filled as a pack's own texts are.
    """

    when: When
    system: str
    inbox: str
    emails: tuple[EmailTemplate, ...] = ()
    template: bool = False


class Beat(Data):
    """A step of the story, in the order of all packs of a hazard.

    Attributes:
        mails: ids of the mails that tell it; siblings, of which a condition shows one or none.
    """

    beat: Slug
    mails: tuple[str, ...]


class Structure(Data):
    """What a pack has in common with every pack of its hazard.

    Attributes:
        roles: name of a part in the story to the role that plays it; templates may name either.
        beats: the steps in time order.
    """

    roles: dict[Slug, str]
    beats: tuple[Beat, ...]


class Excluded(Data):
    """Conditions that this pack does not have, and why.

    Attributes:
        defect: whether they can be had, but are known to be broken.
    """

    when: When
    reason: str
    defect: bool = False


class Space(Data):
    """Which conditions a pack has, beyond the constraints that hold for all packs.

    Attributes:
        defaults: factor to level, where this pack's default differs from the factor's.
        constraints: what is excluded.
        forms: `fixed` where every form would be the same text: then replicates take their place.
    """

    defaults: dict[str, str] = {}
    constraints: tuple[Excluded, ...] = ()
    forms: Literal["drawn", "fixed"] = "drawn"

    @property
    def grid(self) -> Grid:
        """The pack's valid conditions."""
        own = (Constraint(e.when, e.reason) for e in self.constraints)
        return Grid((*CONSTRAINTS, *own), self.defaults)

    def with_defects(self) -> "Space":
        """The same space with the conditions that are known to be broken."""
        sound = tuple(excluded for excluded in self.constraints if not excluded.defect)
        return self.model_copy(update={"constraints": sound})

    def conditions(self, where: Where) -> tuple[Condition, ...]:
        """The selected conditions with their motive control, or the default ones.

        Raises:
            ValueError: an unknown factor or level.
        """
        grid = self.grid
        return grid.with_controls(grid.select(where)) if where else grid.default_conditions()

    def plan(self, cells: tuple[Condition, ...], *, forms: int, epochs: int = 1) -> Plan:
        """What to run of some conditions.

        Raises:
            ValueError: nothing to run.
        """
        if self.forms == "fixed":
            return Plan(cells, (1,), forms * epochs)
        return Plan(cells, tuple(range(1, forms + 1)), epochs)


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


@dataclass(frozen=True, slots=True)
class GivenName:
    """A given name and the pronoun that goes with it."""

    name: str
    pronoun: str


class NamePool(Data):
    """Given and family names from several cultures; published scenarios' names are not among them.

    Attributes:
        given: region to pronoun to given names, as many of each in every region.
        family: family names.
        agents: names for the agent.
        pinned: the agent's name where it is pinned; no form draws it.
    """

    given: dict[str, dict[Literal["she", "he", "they"], tuple[str, ...]]]
    family: tuple[str, ...]
    agents: tuple[str, ...]
    pinned: str

    @property
    def people(self) -> tuple[GivenName, ...]:
        """All given names with their pronouns."""
        return tuple(
            GivenName(name, pronoun)
            for pronouns in self.given.values()
            for pronoun, names in pronouns.items()
            for name in names
        )


class Protocol(Data):
    """How the prompted interface talks to the agent; shared by all packs, in catalog/protocol.

    Attributes:
        system: template of the system prompt.
        inbox: template of the first user message, over the letters.
        letter: template of one mail in it.
        acts: kind of act to the text that teaches its notation.
        authorities: endings of domains of the state's offices, which may see everything.
        wordings: what the system prompt says for a factor, by condition; the template reads each
            by its name.
    """

    system: str
    inbox: str
    letter: str
    acts: dict[str, str]
    authorities: tuple[str, ...] = ()
    wordings: dict[Slug, tuple[Variant, ...]]


class Scenario(Data):
    """A whole pack.

    Attributes:
        story: whose it is: ours, a published one, or a published one under other names.
        canary: GUID that marks the pack's texts.
        structure: what it has in common with the other packs of its hazard.
        space: its conditions.
        briefing: the agent's job, by condition; part of the system prompt.
        goal: what the system prompt says of the agent's own goal, by condition; those that serve a
            value are the protocol's.
        tools: kinds of acts that the agent is offered.
        stimuli: whole prompts of others, instead of briefing, goal and mails; the first that holds.
        pack_hash: hash of the pack's files, in every log.
    """

    name: PackName
    story: Literal["own", "published", "renamed"] = "own"
    version: int
    canary: str
    title: str
    summary: str
    hazard: Hazard
    structure: Structure = Structure(roles={}, beats=())
    space: Space = Space()
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
    stimuli: tuple[Stimulus, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    responses: tuple[Exemplar, ...] = ()
    names: NamePool
    protocol: Protocol
    pack_hash: str

    @property
    def grid(self) -> Grid:
        """The pack's valid conditions."""
        return self.space.grid
