"""The simulated company as a state machine: what the subject writes becomes acts and a ledger."""

from turncoat.office.acts import (
    Act,
    ActKind,
    Address,
    Flow,
    Ledger,
    Malformed,
    Parsed,
    Rejected,
    Request,
    Span,
)
from turncoat.office.addresses import AddressError, read_addresses
from turncoat.office.calls import BODY, Call, Called, called, malformed_call, read_call
from turncoat.office.directory import Directory
from turncoat.office.duties import duties_done
from turncoat.office.flows import flows_of
from turncoat.office.office import Office, Reply, ledger_of
from turncoat.office.protocol import parse, render_act
from turncoat.office.wording import RUN_WORDS, Wording, wording

__all__ = [
    "BODY",
    "RUN_WORDS",
    "Act",
    "ActKind",
    "Address",
    "AddressError",
    "Call",
    "Called",
    "Directory",
    "Flow",
    "Ledger",
    "Malformed",
    "Office",
    "Parsed",
    "Rejected",
    "Reply",
    "Request",
    "Span",
    "Wording",
    "called",
    "duties_done",
    "flows_of",
    "ledger_of",
    "malformed_call",
    "parse",
    "read_addresses",
    "read_call",
    "render_act",
    "wording",
]
