"""Rendering: a scenario under a condition in a form becomes a brief. Pure and repeatable."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from turncoat.design import Condition
from turncoat.scenario.brief import Alert, Brief, Document, Domain, Email, Fact, Group, Person
from turncoat.scenario.cast import UNNAMED, cast, turn
from turncoat.scenario.pack import (
    DocumentSpec,
    Duty,
    EmailTemplate,
    Exemplar,
    FactSpec,
    Scenario,
    Stimulus,
    Variant,
)
from turncoat.scenario.templates import RenderError, fill, lay_out


def render(scenario: Scenario, condition: Condition, form: int) -> Brief:
    """What one sample starts from.

    Raises:
        RenderError: a text of the pack cannot be rendered under this condition.
    """
    return _Rendering(scenario, condition, form).brief()


def render_response(scenario: Scenario, brief: Brief, exemplar: Exemplar) -> str:
    """An exemplar's answer in the words of a brief's form.

    Raises:
        RenderError: the exemplar names what the brief does not have.
    """
    return render_answer(scenario, brief, exemplar.body, where=f"exemplars/{exemplar.id} body")


def render_answer(scenario: Scenario, brief: Brief, template: str, *, where: str) -> str:
    """An answer that is written as a template, in the words of a brief's form.

    Args:
        scenario: the pack.
        brief: of one of its conditions and forms; `mail('key')` is the number in its inbox.
        template: may name what the pack's mails may name.
        where: the template's place, for errors.

    Raises:
        RenderError: the template names what the brief does not have.
    """
    rendering = _Rendering(scenario, brief.condition, brief.form)
    numbers = {email.key: email.id for email in brief.emails}

    def mail(key: str) -> str:
        if key not in numbers:
            raise ValueError(f"mail({key!r}): no such mail in this inbox")
        return numbers[key]

    context = {**rendering.context, "mail": mail}
    return fill(template, context, where=where)


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

    def __init__(self, scenario: Scenario, condition: Condition, form: int) -> None:
        self.scenario = scenario
        self.condition = condition
        self.cast = played = cast(scenario, form, condition["agent_name"])
        parts = scenario.structure.roles.items()
        self.context: dict[str, object] = {
            **{part: played.members[role] for part, role in parts if role in played.members},
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
        texts = {
            name: self.choose(wordings, f"texts.{name}")
            for name, wordings in scenario.texts.items()
        }
        self.context.update(texts)

    def fill(self, source: str, where: str) -> str:
        known = self.cast.filled.get(source)
        if known is not None:
            return known
        text = self.filled(source, where)
        if not any(name in source for name in self.scenario.texts):
            # Nothing in it depends on the condition: once a form is enough.
            self.cast.filled[source] = text
        return text

    def filled(self, source: str, where: str) -> str:
        text = fill(source, self.context, where=where)
        return _capitalized(text) if self.cast.naming == "unnamed" else text

    def variant(self, variants: Iterable[Variant], where: str) -> str | None:
        """The first variant whose `when` holds, in the form's paraphrase, filled."""
        for place, variant in enumerate(variants):
            if self.condition.matches(variant.when):
                drawn = f"{self.scenario.name}/paraphrase {where}"
                text = turn(drawn, self.cast.form, variant.paraphrases)
                return self.fill(text, f"{where}.{place}.text")
        return None

    def choose(self, variants: Iterable[Variant], where: str) -> str:
        """The variant that holds; a pack says something under every condition."""
        found = self.variant(variants, where)
        if found is None:
            problem = f"no variant holds under {self.condition.short}; add one without `when`"
            raise RenderError(where, problem)
        return found

    def brief(self) -> Brief:
        scenario = self.scenario
        documents = tuple(self.document(key, spec) for key, spec in scenario.documents.items())
        stimulus = self.stimulus()
        emails = self.published(stimulus) if stimulus else self.emails()
        return Brief(
            scenario=scenario.name,
            condition=self.condition,
            form=self.cast.form,
            system=self.verbatim(stimulus, stimulus.system) if stimulus else self.system(),
            inbox=self.verbatim(stimulus, stimulus.inbox)
            if stimulus
            else self.inbox(emails, {document.key: document for document in documents}),
            tools=scenario.tools,
            people=tuple(self.people()),
            groups=tuple(self.groups()),
            domains=tuple(self.domains()),
            emails=emails,
            documents=documents,
            facts=tuple(self.fact(key, spec) for key, spec in scenario.facts.items()),
            alert=self.alert(),
            duties=tuple(self.duty(duty, f"duties.{i}") for i, duty in enumerate(scenario.duties)),
            hazard=scenario.hazard,
            judge_facts=self.choose(scenario.hazard.facts, "hazard.facts")
            if scenario.hazard.facts
            else "",
            now=self.cast.moment(0, scenario.day.now),
            deadline=self.cast.moment(0, scenario.day.deadline),
        )

    def system(self) -> str:
        protocol = self.scenario.protocol
        wordings = {
            name: self.variant(variants, f"protocol {name}") or ""
            for name, variants in protocol.wordings.items()
        }
        parts = {
            "briefing": self.choose(self.scenario.briefing, "briefing"),
            "goal": self.choose(self.scenario.goal, "goal") or wordings["goal"],
            "wording": wordings,
            "acts": [
                self.fill(protocol.acts[kind], f"protocol act {kind}")
                for kind in self.scenario.tools
            ],
        }
        return lay_out(protocol.system, {**self.context, **parts}, where="protocol system")

    def stimulus(self) -> Stimulus | None:
        """The prompt that somebody else wrote for this condition; None in a pack of our own."""
        stimuli = self.scenario.stimuli
        found = next((s for s in stimuli if self.condition.matches(s.when)), None)
        if stimuli and found is None:
            raise RenderError("stimuli", f"there is none under {self.condition.short}")
        return found

    def verbatim(self, stimulus: Stimulus, text: str) -> str:
        if not stimulus.template:
            return text
        before, behind = len(text) - len(text.lstrip()), len(text.rstrip())
        return f"{text[:before]}{self.fill(text, 'stimuli')}{text[behind:]}"

    def published(self, stimulus: Stimulus) -> tuple[Email, ...]:
        emails = enumerate(stimulus.emails, start=1)
        return tuple(self.email(email, str(number), self.sent(email)) for number, email in emails)

    def inbox(self, emails: tuple[Email, ...], documents: Mapping[str, Document]) -> str:
        letters = [self.letter_text(self.letter(email, documents)) for email in emails]
        parts = {"letters": letters, "today": _moment(self.cast.moment(0, self.scenario.day.now))}
        return lay_out(
            self.scenario.protocol.inbox, {**self.context, **parts}, where="protocol inbox"
        )

    def letter_text(self, letter: Letter) -> str:
        if letter not in self.cast.filled:
            template = self.scenario.protocol.letter
            self.cast.filled[letter] = lay_out(
                template, {"letter": letter}, where="protocol letter"
            )
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
        for time in email.times:
            if self.condition.matches(time.when):
                return self.moment(time.at, f"emails/{email.id} sent")
        problem = f"sent: no time holds under {self.condition.short}; add one without `when`"
        raise RenderError(f"emails/{email.id} sent", problem)

    def moment(self, at: str, where: str) -> datetime:
        try:
            offset, clock = at.split()
            return self.cast.moment(int(offset), clock)
        except ValueError as error:
            problem = f"sent: got {at!r}, expected a working-day offset and a time"
            raise RenderError(where, problem, remedy="write it like `sent: -2 08:41`") from error

    def email(self, template: EmailTemplate, number: str, sent: datetime) -> Email:
        where = f"emails/{template.id}"
        return Email(
            id=number,
            key=template.id,
            sender=template.sender,
            to=template.to,
            cc=template.cc,
            subject=self.fill(template.subject, f"{where} subject"),
            sent=sent,
            body=self.fill(template.body, f"{where} body"),
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

    def domains(self) -> Iterable[Domain]:
        """The firm's own domain, the offices of the state, and what the pack declares."""
        for key, organization in self.scenario.organizations.items():
            if organization.kind != "outside":
                yield Domain(self.cast.firms[key].domain, organization.kind)
        for ending in self.scenario.protocol.authorities:
            yield Domain(ending, "authority")

    def document(self, key: str, spec: DocumentSpec) -> Document:
        where = f"documents.{key}"
        cleared = [c.to for c in spec.clearances if self.condition.matches(c.when)]
        return Document(
            key=key,
            title=self.fill(spec.title, f"{where}.title"),
            sensitivity=spec.sensitivity,
            body=self.fill(spec.body, f"{where}.body"),
            canaries=tuple(self.fill(phrase, f"{where}.canaries") for phrase in spec.canaries),
            cleared=tuple(role for roles in cleared for role in roles),
        )

    def fact(self, key: str, spec: FactSpec) -> Fact:
        where = f"facts.{key}"
        return Fact(
            key=key,
            statement=self.fill(spec.statement, f"{where}.statement"),
            concerns=spec.concerns,
            canaries=tuple(self.fill(phrase, f"{where}.canaries") for phrase in spec.canaries),
            status=self.choose(spec.status, f"{where}.status") if spec.status else "",
        )

    def alert(self) -> Alert | None:
        spec = self.scenario.alert
        if spec is None:
            return None
        live = not self.condition.matches(spec.drill)
        return Alert(self.fill(spec.about, "alert.about"), self.fill(spec.code, "alert.code"), live)

    def duty(self, duty: Duty, where: str) -> Duty:
        said = f"{where}.check.contains"
        contains = tuple(self.fill(phrase, said) for phrase in duty.check.contains)
        check = duty.check.model_copy(update={"contains": contains})
        about = self.fill(duty.about, f"{where}.about")
        return duty.model_copy(update={"about": about, "check": check})


_SENTENCE = re.compile(
    rf"""(\A|\n\n|\n[-*]\ |\n\d+\.\ |[.!?]["')]*\s+(?:>\ )?)the\ {UNNAMED}\b""", re.VERBOSE
)


def _capitalized(text: str) -> str:
    """The agent without a name at the start of a sentence."""
    return _SENTENCE.sub(rf"\1The {UNNAMED}", text)


def long_date(day: date) -> str:
    """`12 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def _short_date(day: date) -> str:
    return f"{day.day} {day:%b}"


@lru_cache(maxsize=4096)
def _moment(moment: datetime) -> str:
    return f"{moment:%A}, {long_date(moment)}, {moment:%H:%M}"
