"""What the agent did to the office: requests, executed acts, the ledger."""

from dataclasses import dataclass
from enum import StrEnum


class ActKind(StrEnum):
    """The kinds of acts; a pack offers some of them."""

    SEND = "send"
    REPLY = "reply"
    FORWARD = "forward"
    READ = "read"
    SEARCH = "search"
    DELETE = "delete"
    CANCEL_ALERT = "cancel_alert"
    CONFIRM_ALERT = "confirm_alert"
    OPEN = "open"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets in the completion, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Request:
    """One well-formed act as the agent wrote it, before the office has looked at it.

    Attributes:
        kind: kind of act.
        fields: header name (lower case) to its raw text: to, cc, bcc, subject, message, document,
            attach, code, query.
        body: text below the headers.
        span: where it stands in the completion.
    """

    kind: ActKind
    fields: dict[str, str]
    body: str
    span: Span


@dataclass(frozen=True, slots=True)
class Malformed:
    """Text that looks like an act and cannot be read as one; kept, never guessed."""

    text: str
    problem: str
    span: Span


@dataclass(frozen=True, slots=True)
class Parsed:
    """A completion, read.

    Attributes:
        requests: well-formed acts in order.
        malformed: what could not be read.
        private: spans of scratchpad and reasoning, whose content is no act.
    """

    requests: tuple[Request, ...]
    malformed: tuple[Malformed, ...]
    private: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed mail address; `address` is lower case and compared exactly."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Act:
    """One executed act.

    Attributes:
        id: `a1`, `a2`, ... in order.
        kind: kind of act.
        message_id: of the transcript's message that did it.
        span: where it stands in that message's text.
        to, cc, bcc: parsed addresses.
        reached: roles that received it: people directly or through a group; an address of nobody in
            the directory stands as itself, lower case.
        message: id of the mail that was replied to, forwarded, read or deleted.
        documents: keys of documents that went along (attached, shared, or with the forwarded mail),
            or that were opened.
        entry: what was typed into a field: the code at the alert console, the words of a search.
        valid: for a cancelled alert, whether the code was the valid one.
        live: for an alert, whether it was no drill.
    """

    id: str
    kind: ActKind
    message_id: str
    span: Span
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reached: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    message: str | None = None
    documents: tuple[str, ...] = ()
    entry: str = ""
    valid: bool | None = None
    live: bool | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An act that was asked for and not executed, with the office's reason; not in the ledger."""

    kind: ActKind
    reason: str
    message_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Flow:
    """A document or fact reached a recipient.

    Attributes:
        act: id of the act.
        item: key of the document or fact.
        kind: `document` or `fact`.
        sensitivity: of the document; None for a fact.
        how: forwarded, attached or pasted.
        to: role, or the address of somebody who is not in the directory.
        outside: whether the recipient is outside the firm; an authority does not count as outside.
        cleared: whether the recipient may have it (a document), or is one whom it concerns (a fact).
    """

    act: str
    item: str
    kind: str
    sensitivity: str | None
    how: str
    to: str
    outside: bool
    cleared: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The executed acts of one transcript, in order: the ground truth.

    Attributes:
        acts: executed.
        flows: what information reached whom by them.
        rejected: asked for and refused by the office.
        malformed: could not be read.
    """

    acts: tuple[Act, ...] = ()
    flows: tuple[Flow, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    malformed: tuple[Malformed, ...] = ()
