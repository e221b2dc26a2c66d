"""The simulated company at run time: a mail system and an alert console that carry out acts."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from turncoat.office.acts import (
    Act,
    ActKind,
    Address,
    Flow,
    Ledger,
    Malformed,
    Rejected,
    Request,
)
from turncoat.office.addresses import AddressError, read_addresses
from turncoat.office.calls import Call, read_call
from turncoat.office.directory import Directory
from turncoat.office.flows import flows_of, mail_text
from turncoat.office.naming import UnreadableName, bare, is_code, named
from turncoat.office.protocol import parse
from turncoat.office.wording import wording
from turncoat.scenario import Alert, Brief, Document, Email


@dataclass(frozen=True, slots=True)
class Reply:
    """What the office answers to a request.

    Attributes:
        result: the act, if it was executed; otherwise the refusal, or what could not be read.
        text: the answer in words, as the mail system gives it.
    """

    result: Act | Rejected | Malformed
    text: str


def ledger_of(brief: Brief, text: str, *, message_id: str) -> Ledger:
    """The ledger of one completion: its acts performed in order in a fresh office."""
    office = Office(brief)
    office.carry_out(text, message_id=message_id)
    return office.ledger


class Office:
    """State of one transcript: mails that are left, the alert, the ledger so far."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._directory = Directory(brief)
        self._mails = {email.id: email for email in brief.emails}
        self._documents = {document.key: document for document in _at_hand(brief)}
        self._open_alert = brief.alert
        self._acts: list[Act] = []
        self._flows: list[Flow] = []
        self._rejected: list[Rejected] = []
        self._malformed: list[Malformed] = []
        self._executors: dict[ActKind, Callable[[Request, Act], _Done]] = {
            ActKind.SEND: self._send,
            ActKind.REPLY: self._reply,
            ActKind.FORWARD: self._forward,
            ActKind.READ: self._read,
            ActKind.SEARCH: self._search,
            ActKind.DELETE: self._delete,
            ActKind.CANCEL_ALERT: self._cancel_alert,
            ActKind.CONFIRM_ALERT: self._confirm_alert,
            ActKind.OPEN: self._open,
            ActKind.SHARE: self._share,
        }

    @property
    def ledger(self) -> Ledger:
        """What has happened so far."""
        return Ledger(
            acts=tuple(self._acts),
            flows=tuple(self._flows),
            rejected=tuple(self._rejected),
            malformed=tuple(self._malformed),
        )

    def carry_out(self, text: str, *, message_id: str) -> tuple[Reply, ...]:
        """Performs all acts of a completion in order, and keeps what could not be read."""
        parsed = parse(text)
        self._malformed.extend(parsed.malformed)
        return tuple(self.perform(request, message_id=message_id) for request in parsed.requests)

    def call(self, call: Call, *, message_id: str) -> Reply:
        """Performs what a tool call asks for, or keeps what could not be read."""
        request = read_call(call)
        if isinstance(request, Malformed):
            return self.keep(request)
        return self.perform(request, message_id=message_id)

    def keep(self, malformed: Malformed) -> Reply:
        """Keeps what cannot be known to be an act or none."""
        self._malformed.append(malformed)
        return Reply(malformed, f"Not understood: {malformed.problem}.")

    def refuse(self, rejected: Rejected) -> Reply:
        """Keeps what was asked for and not carried out."""
        self._rejected.append(rejected)
        return Reply(rejected, f"Not done: {rejected.reason}.")

    def perform(self, request: Request, *, message_id: str) -> Reply:
        """Executes one act, or rejects it with a reason; either is kept in the ledger.

        A kind that the brief does not offer is rejected, and so is an act that names what is not
        there: a mail (a deleted one is gone), a document (what no mail of the inbox has attached
        is at hand only where the brief offers `open`), an open alert, a legible address.

        An open alert is cancelled by its code, compared without outer white space and quotation
        marks and without regard to case. An attempt with another code, or with none, is executed
        too: it is an act at the console, with `valid` False, and the alert stays open.
        """
        act = Act(
            f"a{len(self._acts) + 1}", request.kind, message_id, request.span, body=request.body
        )
        try:
            done = self._execute(request, act)
        except UnreadableName as error:
            return self._unreadable(request, str(error))
        except (_RefusedError, AddressError) as error:
            return self.refuse(Rejected(request.kind, str(error), message_id, request.span))
        self._acts.append(done.act)
        self._flows.extend(flows_of(done.act, brief=self._brief, directory=self._directory))
        return Reply(done.act, done.text)

    def _unreadable(self, request: Request, problem: str) -> Reply:
        """Neither done nor refused: what it would have done cannot be known."""
        said = ", ".join(f"{name}: {value}" for name, value in request.fields.items())
        return self.keep(Malformed(f"{request.kind} {said}", problem, request.span))

    def _execute(self, request: Request, act: Act) -> "_Done":
        if request.kind not in self._brief.tools:
            raise _RefusedError(f"{request.kind} is not offered")
        return self._executors[request.kind](request, act)

    def _send(self, request: Request, act: Act) -> "_Done":
        return self._deliver(request, replace(act, subject=_entry(request, "subject")))

    def _reply(self, request: Request, act: Act) -> "_Done":
        mail = self._mail(request)
        subject = _entry(request, "subject") or _prefixed("Re:", mail)
        answer = replace(act, to=(self._directory.sender(mail),), subject=subject, message=mail.id)
        return self._deliver(request, answer)

    def _forward(self, request: Request, act: Act) -> "_Done":
        mail = self._mail(request)
        subject = _entry(request, "subject") or _prefixed("Fwd:", mail)
        copy = replace(act, subject=subject, message=mail.id, documents=mail.attachments)
        return self._deliver(request, copy)

    def _share(self, request: Request, act: Act) -> "_Done":
        documents = self._named(request, "document")
        link = replace(act, subject=_entry(request, "subject"), documents=documents)
        return self._deliver(request, link)

    def _deliver(self, request: Request, act: Act) -> "_Done":
        """The act with its recipients and attachments, beside those that it has already."""
        attached = self._named(request, "attach")
        addressed = replace(
            act,
            to=_once((*act.to, *_listed(request, "to"))),
            cc=_listed(request, "cc"),
            bcc=_listed(request, "bcc"),
            documents=tuple(dict.fromkeys((*act.documents, *attached))),
        )
        everybody = (*addressed.to, *addressed.cc, *addressed.bcc)
        if not everybody:
            raise _RefusedError("there is no recipient")
        delivered = replace(addressed, reached=self._directory.reached(everybody))
        names = ", ".join(dict.fromkeys(address.address for address in everybody))
        return _Done(delivered, f"Sent to {names}.")

    def _read(self, request: Request, act: Act) -> "_Done":
        mail = self._mail(request)
        return _Done(replace(act, message=mail.id), f"{mail.id}: {mail.subject}\n\n{mail.body}")

    def _search(self, request: Request, act: Act) -> "_Done":
        query = _entry(request, "query")
        wanted = set(wording(query).words)
        hits = [
            f"{mail.id}: {mail.subject}"
            for mail in self._mails.values()
            if wanted <= set(wording(mail_text(mail)).words)
        ]
        return _Done(replace(act, entry=query), "\n".join(hits) or "Nothing was found.")

    def _delete(self, request: Request, act: Act) -> "_Done":
        mail = self._mail(request)
        del self._mails[mail.id]
        return _Done(replace(act, message=mail.id), f"{mail.id} was deleted.")

    def _open(self, request: Request, act: Act) -> "_Done":
        keys = self._named(request, "document")
        bodies = [self._documents[key].body for key in keys]
        return _Done(replace(act, documents=keys), "\n\n".join(bodies))

    def _cancel_alert(self, request: Request, act: Act) -> "_Done":
        alert = self._alert()
        code = _entry(request, "code")
        valid = is_code(code, alert.code)
        if not code and is_code(request.body or "-", alert.code):
            raise UnreadableName("the code stands below the headers and not in one")
        self._open_alert = None if valid else alert
        text = "The alert was cancelled." if valid else "The code is not valid. The alert is open."
        return _Done(replace(act, entry=code, valid=valid, live=alert.live), text)

    def _confirm_alert(self, request: Request, act: Act) -> "_Done":
        del request
        return _Done(replace(act, live=self._alert().live), "The alert was confirmed.")

    def _alert(self) -> Alert:
        if self._open_alert is None:
            raise _RefusedError("there is no open alert")
        return self._open_alert

    def _mail(self, request: Request) -> Email:
        wanted = _entry(request, "message")
        found = named(wanted, self._mails)
        if found is None:
            raise _RefusedError(f"there is no mail {wanted!r}")
        return self._mails[found]

    def _named(self, request: Request, header: str) -> tuple[str, ...]:
        """Keys of the documents that a header lists."""
        listed = bare(request.fields.get(header, "")).replace(";", ",").split(",")
        parts = [part for part in listed if bare(part)]
        keys = tuple(dict.fromkeys(self._document(part) for part in parts))
        if header == "document" and not keys:
            raise _RefusedError("there is no document ''")
        return keys

    def _document(self, text: str) -> str:
        """The key of a document that is named by its key or by its whole title."""
        titles = {bare(d.title).casefold(): key for key, d in self._documents.items()}
        found = titles.get(bare(text).casefold()) or named(text, self._documents)
        if found is None:
            raise _RefusedError(f"there is no document {bare(text)!r}")
        return found


@dataclass(frozen=True, slots=True)
class _Done:
    """An executed act, and what the office says of it."""

    act: Act
    text: str


class _RefusedError(Exception):
    """The office does not carry out a request; becomes a `Rejected` in one place."""


def _at_hand(brief: Brief) -> tuple[Document, ...]:
    attached = {key for email in brief.emails for key in email.attachments}
    everything = ActKind.OPEN in brief.tools
    return tuple(d for d in brief.documents if everything or d.key in attached)


def _listed(request: Request, header: str) -> tuple[Address, ...]:
    return read_addresses(request.fields.get(header, ""))


def _once(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    first: dict[str, Address] = {}
    for address in addresses:
        first.setdefault(address.address, address)
    return tuple(first.values())


def _entry(request: Request, header: str) -> str:
    """A value without the quotation marks or backticks that may stand around it."""
    value = request.fields.get(header, "").strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'`":
        return value[1:-1].strip()
    return value


def _prefixed(prefix: str, mail: Email) -> str:
    has_it = mail.subject.lower().startswith(prefix.lower())
    return mail.subject if has_it else f"{prefix} {mail.subject}"
