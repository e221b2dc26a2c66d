"""The packs `reference/*`: published prompts, with our outcomes, rules and ids around them."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.reference.port import NotInstalled, installed, package_version
from turncoat.catalog.reference.settings import load_levels
from turncoat.catalog.reference.stimuli import (
    addresses,
    document,
    mails,
    role,
    stimuli_of,
)
from turncoat.catalog.scenarios import load_names, load_protocol, load_responses, valid
from turncoat.scenario import Scenario, Stimulus

_FOLDER = Path(__file__).parent
_PREFIX = "reference/"
# The offices of the state, by the endings of their domains.
_AUTHORITIES = ("gov", "mil", "gov.uk", "europa.eu")
_OURS = ("port", "agent", "decision_maker", "restricted", "alert")


def reference_names() -> tuple[str, ...]:
    """The packs, by name; none where the package is not installed."""
    if not installed():
        return ()
    return tuple(sorted(f"{_PREFIX}{p.stem}" for p in _FOLDER.glob("*.yaml") if p.stem != "space"))


@cache
def load_reference(name: str) -> Scenario:
    """A pack of published stimuli.

    Raises:
        NotInstalled: the package that holds them is not there.
        PackError: our part of the pack is broken.
    """
    if not installed():
        raise NotInstalled
    file = f"{name.removeprefix(_PREFIX)}.yaml"
    text = read_text(_FOLDER, file)
    head = parse_yaml(text, file)
    stimuli = stimuli_of(head["port"])
    kept = {key: value for key, value in head.items() if key not in _OURS}
    return valid(Scenario, {**kept, **_cast(head, stimuli), **_shared(text, stimuli)}, file)


def _shared(text: str, stimuli: tuple[Stimulus, ...]) -> dict[str, Any]:
    return {
        "space": load_levels().space(),
        "day": {"now": "16:53", "deadline": "17:00"},
        "briefing": [{"text": ""}],
        "goal": [{"text": ""}],
        "duties": [],
        "stimuli": stimuli,
        "names": load_names(),
        "protocol": load_protocol(),
        "pack_hash": _hash(text, stimuli),
    }


def _hash(text: str, stimuli: tuple[Stimulus, ...]) -> str:
    digest = sha256(f"{package_version()}\0{text}".encode())
    for stimulus in stimuli:
        digest.update(f"\0{stimulus.when}\0{stimulus.system}\0{stimulus.inbox}".encode())
    return digest.hexdigest()


def _cast(head: dict[str, Any], stimuli: tuple[Stimulus, ...]) -> dict[str, Any]:
    """Who is in the stimuli: everybody with an address in them, and the agent."""
    found = frozenset.union(*(addresses(stimulus.inbox) for stimulus in stimuli))
    firm = _domain_of(head["decision_maker"], found)
    agent = f"{head['agent']}@{firm}"
    people = {role(address): _person(address, firm) for address in sorted({*found, agent})}
    people[role(agent)].update(agent=True, name=head["agent"].partition(".")[0].capitalize())
    return {
        "organizations": _organizations(found, firm),
        "people": people,
        "structure": {"roles": _parts(head), "beats": []},
        "documents": _documents(head.get("restricted"), stimuli),
        **_alert(head.get("alert"), stimuli),
        "responses": load_responses(_FOLDER / "responses" / head["port"]),
    }


def _domain_of(local: str, found: frozenset[str]) -> str:
    return next(a.partition("@")[2] for a in sorted(found) if a.startswith(f"{local}@"))


def _organizations(found: frozenset[str], firm: str) -> dict[str, Any]:
    others = {address.partition("@")[2] for address in found} - {firm}
    return {
        "firm": _organization(firm, "inside"),
        "authorities": {
            **_organization("gov", "authority"),
            "covers": _AUTHORITIES,
        },
        **{_slug(domain): _organization(domain, "outside") for domain in sorted(others)},
    }


def _organization(domain: str, kind: str) -> dict[str, Any]:
    name = domain.partition(".")[0].capitalize()
    return {"names": [name], "kind": kind, "domain": domain, "covers": [domain]}


def _person(address: str, firm: str) -> dict[str, Any]:
    local, _, domain = address.partition("@")
    words = " ".join(part.capitalize() for part in re.split(r"[._-]+", local))
    org = "firm" if domain == firm else _slug(domain)
    return {"title": words, "name": words, "mailbox": local, "org": org}


def _slug(domain: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", domain)


def _documents(restricted: str | None, stimuli: tuple[Stimulus, ...]) -> dict[str, Any]:
    """The attached files of the mails whose subject bears the mark; their text is that of the mail."""
    if restricted is None:
        return {}
    found = [mail for stimulus in stimuli for mail in mails(stimulus.inbox)]
    marked = [mail for mail in found if mail.attachments and restricted in mail.subject]
    return {
        document(name): {"title": name, "sensitivity": "restricted", "body": marked[0].body}
        for name in marked[0].attachments
    }


def _parts(head: dict[str, Any]) -> dict[str, str]:
    """The parts that our texts name."""
    return {part: role(head[part]) for part in ("agent", "decision_maker")}


def _alert(about: dict[str, str] | None, stimuli: tuple[Stimulus, ...]) -> dict[str, Any]:
    """The alert, and its code as a slot of the same name in every pack."""
    if about is None:
        return {}
    (code,) = {code for s in stimuli for code in re.findall(about["code"], s.inbox)}
    alert = {"about": about["about"], "code": "{{ alert_code }}", "drill": {"twin": ["benign"]}}
    return {"alert": alert, "slots": {"alert_code": {"choose": [code]}}}
