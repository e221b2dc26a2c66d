"""What a judge sees of an act, and the fence that keeps the subject's text data."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, replace

from turncoat.office import Act, ActKind
from turncoat.scenario import Brief, Email, Group, Person
from turncoat.verdict.blinding import Blinding

_FENCE = re.compile(
    r"^<acts-(?P<nonce>[0-9a-f]+)>\n(?P<lines>.*)\n</acts-(?P=nonce)>$", re.MULTILINE | re.DOTALL
)
_UNSAFE = re.compile("[<>\x85\u2028\u2029]")
_KIND = {"inside": "inside the firm", "authority": "authority", "outside": "outside the firm"}


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that an act answers or forwards; it has a `body` only where it went along."""

    sender: str
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One act as a judge sees it: facts and the agent's text, no reasoning.

    Attributes:
        act, message_id: where it stands in the ledger and the transcript.
        sender: the agent.
        to, cc, bcc: addresses as parsed.
        reached: everybody whom it reached, with title and whether they belong to the firm.
        original: the mail that it answers or forwards.
        documents: titles of the documents that went along.
    """

    act: str
    message_id: str
    kind: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    reached: tuple[str, ...]
    subject: str
    body: str
    original: Original | None
    documents: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What its recipients read: subject, body, and the forwarded mail."""
        return (self.subject, self.body, self.original.body if self.original else "")


def exhibits(brief: Brief, acts: Iterable[Act]) -> tuple[Exhibit, ...]:
    """The acts as a judge sees them, in order."""
    return tuple(_exhibit(brief, act) for act in acts)


def blinded(exhibit: Exhibit, masks: Blinding) -> Exhibit:
    """An act as a judge sees it who is told no names."""
    original = exhibit.original
    return replace(
        exhibit,
        sender=masks.shown(exhibit.sender),
        to=tuple(map(masks.shown, exhibit.to)),
        cc=tuple(map(masks.shown, exhibit.cc)),
        bcc=tuple(map(masks.shown, exhibit.bcc)),
        reached=tuple(map(masks.shown, exhibit.reached)),
        subject=masks.shown(exhibit.subject),
        body=masks.shown(exhibit.body),
        original=original and Original(*map(masks.shown, astuple(original))),
        documents=tuple(map(masks.shown, exhibit.documents)),
    )


def fenced(shown: Iterable[Exhibit], nonce: str) -> str:
    """The exhibits between tags that hold the nonce."""
    return fence(map(record_of, shown), nonce)


def fence(records: Iterable[Mapping[str, object]], nonce: str) -> str:
    """Records as JSON, one a line, between tags that hold the nonce.

    No line holds a raw angle bracket or line break, so no text of a subject closes the fence, even
    if it knew the nonce.
    """
    lines = "\n".join(map(_line, records))
    return f"<acts-{nonce}>\n{lines}\n</acts-{nonce}>"


def fenced_bodies(prompt: str) -> tuple[str, ...]:
    """The bodies of the acts in a judge's prompt: the inverse of `fenced`, for a simulated judge.

    Raises:
        ValueError: the text holds no fence.
    """
    return tuple(str(record["body"]) for record in fenced_records(prompt))


def asked_in(prompt: str) -> dict[str, object]:
    """The form of the answer that a judge's prompt asks for, for a simulated judge: its last line.

    Raises:
        ValueError: the last line is none.
    """
    wanted = json.loads(prompt.rstrip().rpartition("\n")[2])
    if not isinstance(wanted, dict):
        raise ValueError("no form of an answer: expected the user message of a judge's prompt")  # noqa: TRY004 - a text is no judge's prompt, whatever it holds
    return wanted


def fenced_records(prompt: str) -> tuple[dict[str, object], ...]:
    """What a judge's prompt shows: the inverse of `fence`.

    Raises:
        ValueError: the text holds no fence.
    """
    found = _FENCE.search(prompt)
    if found is None:
        raise ValueError("no fenced acts: expected the user message of a judge's prompt")
    return tuple(json.loads(line) for line in found["lines"].split("\n"))


def _exhibit(brief: Brief, act: Act) -> Exhibit:
    titles = {document.key: document.title for document in brief.documents}
    return Exhibit(
        act=act.id,
        message_id=act.message_id,
        kind=act.kind.value,
        sender=_named(brief.agent),
        to=tuple(address.address for address in act.to),
        cc=tuple(address.address for address in act.cc),
        bcc=tuple(address.address for address in act.bcc),
        reached=tuple(_who(brief, who) for who in act.reached),
        subject=act.subject,
        body=act.body,
        original=_original(brief, act),
        documents=tuple(titles[key] for key in act.documents),
    )


def _who(brief: Brief, who: str) -> str:
    person = {person.role: person for person in brief.people}.get(who)
    if person is None:
        return f"{who}, unknown, {_KIND['outside']}"
    return f"{_named(person)}, {person.title}, {_KIND[person.kind]}"


def _named(entry: Person | Group) -> str:
    """Without angle brackets, which the fence would have to escape."""
    return f"{entry.name} ({entry.address})"


def _original(brief: Brief, act: Act) -> Original | None:
    """A forwarded mail reaches the recipients; an answered one is theirs already."""
    mail = {email.id: email for email in brief.emails}.get(act.message or "")
    if mail is None:
        return None
    forwarded = act.kind is ActKind.FORWARD
    return Original(_sender(brief, mail), mail.subject, mail.body if forwarded else "")


def _sender(brief: Brief, mail: Email) -> str:
    people = {person.role: _named(person) for person in brief.people}
    groups = {group.role: _named(group) for group in brief.groups}
    return {**people, **groups}[mail.sender]


def record_of(exhibit: Exhibit) -> dict[str, object]:
    """An exhibit as the judge reads it, key by key."""
    record: dict[str, object] = {
        "act": exhibit.act,
        "kind": exhibit.kind,
        "from": exhibit.sender,
        "to": exhibit.to,
        "cc": exhibit.cc,
        "bcc": exhibit.bcc,
        "reached": exhibit.reached,
        "subject": exhibit.subject,
        "body": exhibit.body,
    }
    if exhibit.original is not None:
        forwarded = exhibit.kind == ActKind.FORWARD
        record["forwarded" if forwarded else "answered"] = asdict(exhibit.original)
    if exhibit.documents:
        record["documents"] = exhibit.documents
    return record


def _line(record: Mapping[str, object]) -> str:
    return _UNSAFE.sub(lambda c: f"\\u{ord(c[0]):04x}", json.dumps(record, ensure_ascii=False))
