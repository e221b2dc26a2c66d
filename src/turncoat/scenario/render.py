"""Rendering: a scenario under a condition in a form becomes a brief. Pure and repeatable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from turncoat.design import Condition
from turncoat.scenario.brief import Alert, Brief, Document, Email, Fact, Group, Person
from turncoat.scenario.cast import Cast, cast
from turncoat.scenario.pack import (
    DocumentSpec,
    Duty,
    EmailTemplate,
    Exemplar,
    FactSpec,
    Scenario,
    Variant,
)
from turncoat.scenario.templates import RenderError, fill


def render(scenario: Scenario, condition: Condition, form: int) -> Brief:
    """What one sample starts from.

    Raises:
        RenderError: a text of the pack cannot be rendered under this condition.
    """
    return _Rendering(scenario, condition, cast(scenario, form)).brief()


def render_response(scenario: Scenario, brief: Brief, exemplar: Exemplar) -> str:
    """An exemplar's answer in the words of a brief's form.

    Raises:
        RenderError: the exemplar names what the brief does not have.
    """
    rendering = _Rendering(scenario, brief.condition, cast(scenario, brief.form))
    numbers = {email.key: email.id for email in brief.emails}

    def mail(key: str) -> str:
        if key not in numbers:
            raise RenderError(exemplar.id, f"mail({key!r}): no such mail in this inbox")
        return numbers[key]

    context = {**rendering.context, "mail": mail}
    return fill(exemplar.body, context, where=f"exemplar {exemplar.id}")


@dataclass(frozen=True)
class Letter:
    """A mail as the inbox template shows it."""

    id: str
    sender: str
    to: str
    cc: str
    date: str
    subject: str
    body: str
    attachments: tuple[Document, ...]


class _Rendering:
    """One condition in one form; `context` is what every template of the pack may name."""

    def __init__(self, scenario: Scenario, condition: Condition, played: Cast) -> None:
        self.scenario = scenario
        self.condition = condition
        self.cast = played
        self.context: dict[str, object] = {
            **played.firms,
            **played.members,
            **played.lists,
            **played.slots,
            "date": lambda offset: long_date(played.working_day(offset)),
            "short_date": lambda offset: _short_date(played.working_day(offset)),
            "weekday": lambda offset: f"{played.working_day(offset):%A}",
            "now": scenario.day.now,
            "deadline": scenario.day.deadline,
        }
        texts = {name: self.choose(wordings, name) for name, wordings in scenario.texts.items()}
        self.context.update(texts)

    def fill(self, source: str, where: str) -> str:
        if any(name in source for name in self.scenario.texts):
            return fill(source, self.context, where=where)
        # Nothing in it depends on the condition: once a form is enough.
        if source not in self.cast.filled:
            self.cast.filled[source] = fill(source, self.context, where=where)
        return self.cast.filled[source]

    def choose(self, wordings: Iterable[Variant], where: str) -> str:
        """The first wording whose `when` holds, filled."""
        for wording in wordings:
            if self.condition.matches(wording.when):
                return self.fill(wording.text, where)
        raise RenderError(where, f"no variant holds under {self.condition}; add one without `when`")

    def brief(self) -> Brief:
        scenario = self.scenario
        documents = tuple(self.document(key, spec) for key, spec in scenario.documents.items())
        emails = self.emails()
        return Brief(
            scenario=scenario.name,
            condition=self.condition,
            form=self.cast.form,
            system=self.system(),
            inbox=self.inbox(emails, {document.key: document for document in documents}),
            tools=scenario.tools,
            people=tuple(self.people()),
            groups=tuple(self.groups()),
            emails=emails,
            documents=documents,
            facts=tuple(self.fact(key, spec) for key, spec in scenario.facts.items()),
            alert=self.alert(),
            duties=tuple(self.duty(duty) for duty in scenario.duties),
            hazard=scenario.hazard,
            judge_facts=self.choose(scenario.hazard.facts, "hazard.facts")
            if scenario.hazard.facts
            else "",
            now=self.cast.moment(0, scenario.day.now),
            deadline=self.cast.moment(0, scenario.day.deadline),
        )

    def system(self) -> str:
        protocol = self.scenario.protocol
        parts = {
            "briefing": self.choose(self.scenario.briefing, "briefing"),
            "goal": self.choose(self.scenario.goal, "goal"),
            "reasoning": self.choose(protocol.reasoning, "protocol reasoning"),
            "acts": [
                self.fill(protocol.acts[kind], f"protocol act {kind}")
                for kind in self.scenario.tools
            ],
        }
        return fill(protocol.system, {**self.context, **parts}, where="protocol system")

    def inbox(self, emails: tuple[Email, ...], documents: Mapping[str, Document]) -> str:
        letters = [self.letter_text(self.letter(email, documents)) for email in emails]
        parts = {"letters": letters, "today": _moment(self.cast.moment(0, self.scenario.day.now))}
        return fill(self.scenario.protocol.inbox, {**self.context, **parts}, where="protocol inbox")

    def letter_text(self, letter: Letter) -> str:
        if letter not in self.cast.filled:
            template = self.scenario.protocol.letter
            self.cast.filled[letter] = fill(template, {"letter": letter}, where="protocol letter")
        return self.cast.filled[letter]

    def letter(self, email: Email, documents: Mapping[str, Document]) -> Letter:
        return Letter(
            id=email.id,
            sender=self.address(email.sender),
            to=", ".join(map(self.address, email.to)),
            cc=", ".join(map(self.address, email.cc)),
            date=_moment(email.sent),
            subject=email.subject,
            body=email.body,
            attachments=tuple(documents[key] for key in email.attachments),
        )

    def address(self, role: str) -> str:
        entry = self.cast.members.get(role) or self.cast.lists[role]
        return f"{entry} <{entry.address}>"

    def emails(self) -> tuple[Email, ...]:
        present = [e for e in self.scenario.emails if self.condition.matches(e.when)]
        dated = sorted(((self.sent(email), i) for i, email in enumerate(present)))
        return tuple(
            self.email(present[i], f"m{number}", sent)
            for number, (sent, i) in enumerate(dated, start=1)
        )

    def sent(self, email: EmailTemplate) -> datetime:
        offset, clock = email.sent.split()
        return self.cast.moment(int(offset), clock)

    def email(self, template: EmailTemplate, number: str, sent: datetime) -> Email:
        where = f"emails/{template.id}"
        return Email(
            id=number,
            key=template.id,
            sender=template.sender,
            to=template.to,
            cc=template.cc,
            subject=self.fill(template.subject, where),
            sent=sent,
            body=self.fill(template.body, where),
            attachments=template.attachments,
        )

    def people(self) -> Iterable[Person]:
        for role, member in self.cast.members.items():
            yield Person(
                role=role,
                name=member.name,
                title=self.fill(member.title, f"people.{role}.title"),
                address=member.address,
                org=member.org,
                kind=member.kind,
                agent=member.agent,
            )

    def groups(self) -> Iterable[Group]:
        for key, group in self.cast.lists.items():
            yield Group(key, group.title, group.address, group.members)

    def document(self, key: str, spec: DocumentSpec) -> Document:
        where = f"documents.{key}"
        cleared = [c.to for c in spec.clearances if self.condition.matches(c.when)]
        return Document(
            key=key,
            title=self.fill(spec.title, where),
            sensitivity=spec.sensitivity,
            body=self.fill(spec.body, where),
            canaries=tuple(self.fill(phrase, where) for phrase in spec.canaries),
            cleared=tuple(role for roles in cleared for role in roles),
        )

    def fact(self, key: str, spec: FactSpec) -> Fact:
        where = f"facts.{key}"
        return Fact(
            key=key,
            statement=self.fill(spec.statement, where),
            concerns=spec.concerns,
            canaries=tuple(self.fill(phrase, where) for phrase in spec.canaries),
            status=self.choose(spec.status, where) if spec.status else "",
        )

    def alert(self) -> Alert | None:
        spec = self.scenario.alert
        if spec is None:
            return None
        live = not self.condition.matches(spec.drill)
        return Alert(self.fill(spec.about, "alert"), self.fill(spec.code, "alert.code"), live)

    def duty(self, duty: Duty) -> Duty:
        where = f"duties.{duty.id}"
        contains = tuple(self.fill(phrase, where) for phrase in duty.check.contains)
        check = duty.check.model_copy(update={"contains": contains})
        return duty.model_copy(update={"about": self.fill(duty.about, where), "check": check})


def long_date(day: date) -> str:
    """`12 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def _short_date(day: date) -> str:
    return f"{day.day} {day:%b}"


def _moment(moment: datetime) -> str:
    return f"{moment:%A}, {long_date(moment)}, {moment:%H:%M}"
