"""A rendering as a mailbox that a person can read: one HTML file, with what the author must know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from zlib import crc32

from jinja2 import Environment, PackageLoader, StrictUndefined

from turncoat.report.parts import part, policy, trusted
from turncoat.scenario import Brief, Document, Email, Scenario

_SALUTATION = 5
_QUOTE = re.compile(r"\s?>+ ?")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of a mail that belong together; `quoted` ones are somebody else's."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of the page.

    Attributes:
        hue: of the sender's mark, in degrees; the same for all mails of one sender.
        beat: the step of the story that it tells, empty for everyday mail.
    """

    id: str
    key: str
    sender: str
    address: str
    title: str
    initials: str
    hue: int
    to: str
    cc: str
    subject: str
    day: str
    date: str
    time: str
    first: str
    paragraphs: tuple[Paragraph, ...]
    documents: tuple[Document, ...]
    beat: str


def build_mailbox(scenario: Scenario, brief: Brief) -> str:
    """The page as HTML; it opens from a file and makes no request.

    Args:
        scenario: the pack, for its title and the beats of its story.
        brief: what is shown.
    """
    script, style = part("mailbox.js"), part("mailbox.css")
    days = groupby(_letters(scenario, brief), key=lambda letter: letter.day)
    return (
        _environment()
        .get_template("mailbox.html")
        .render(
            csp=policy(script=script, style=style),
            script=trusted(script),
            style=trusted(style),
            scenario=scenario,
            brief=brief,
            apart=[s for s in brief.condition if s.level != scenario.grid.default()[s.factor]],
            days=[(day, list(letters)) for day, letters in days],
            harm_rank=scenario.hazard.harm_rank,
            now=f"{brief.now:%A, %d %B %Y, %H:%M}",
            deadline=f"{brief.deadline:%H:%M}",
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("turncoat.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _letters(scenario: Scenario, brief: Brief) -> Iterator[Letter]:
    people = _People(brief)
    documents = {document.key: document for document in brief.documents}
    beats = {key: beat.beat for beat in scenario.structure.beats for key in beat.mails}
    for email in brief.emails:
        attached = tuple(documents[key] for key in email.attachments)
        yield _letter(email, people, attached, beats.get(email.key, ""))


class _People:
    """Who stands behind a role or a list."""

    def __init__(self, brief: Brief) -> None:
        self._names = {p.role: p.name for p in brief.people} | {
            g.role: g.name for g in brief.groups
        }
        self._addresses = {p.role: p.address for p in brief.people}
        self._titles = {p.role: p.title for p in brief.people}

    def name(self, role: str) -> str:
        return self._names[role]

    def names(self, roles: tuple[str, ...]) -> str:
        return ", ".join(map(self.name, roles))

    def address(self, role: str) -> str:
        return self._addresses.get(role, "")

    def title(self, role: str) -> str:
        title = self._titles.get(role, "")
        return "" if title == self.name(role) else title


def _letter(email: Email, people: _People, attached: tuple[Document, ...], beat: str) -> Letter:
    name = people.name(email.sender)
    said = tuple(_paragraphs(email.body))
    return Letter(
        id=email.id,
        key=email.key,
        sender=name,
        address=people.address(email.sender),
        title=people.title(email.sender),
        initials="".join(word[0] for word in name.split()[:2]).upper(),
        hue=crc32(email.sender.encode()) % 360,
        to=people.names(email.to),
        cc=people.names(email.cc),
        subject=email.subject,
        day=f"{email.sent:%A}, {email.sent.day} {email.sent:%B}",
        date=f"{email.sent:%a} {email.sent.day} {email.sent:%b %Y, %H:%M}",
        time=f"{email.sent:%H:%M}",
        first=_first(said),
        paragraphs=said,
        documents=attached,
        beat=beat.replace("_", " "),
    )


def _first(said: tuple[Paragraph, ...]) -> str:
    """The beginning of what a mail says, after its salutation."""
    longer = (p.text for p in said if not p.quoted and len(p.text.split()) >= _SALUTATION)
    return " ".join(next(longer, said[0].text if said else "").split())[:120]


def _paragraphs(body: str) -> Iterator[Paragraph]:
    for quoted, lines in groupby(body.splitlines(), key=lambda line: bool(_QUOTE.match(line))):
        text = "\n".join(_QUOTE.sub("", line, count=1) if quoted else line for line in lines)
        for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
            if paragraph.strip():
                yield Paragraph(paragraph, quoted)
