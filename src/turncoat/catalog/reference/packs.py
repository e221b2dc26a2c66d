"""The packs `reference/*`: published prompts, with our outcomes, rules and ids around them."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.reference.port import NotInstalled, installed, package_version
from turncoat.catalog.reference.renaming import Renaming, Replaced, load_renaming
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
from turncoat.scenario.pack import Space

_FOLDER = Path(__file__).parent
_PREFIX = "reference/"
_SHARED = ("space", "renaming")
_RENAMED = "_renamed"
_OURS = ("port", "agent", "decision_maker", "restricted", "alert")


def reference_names() -> tuple[str, ...]:
    """The packs, by name; none where the package is not installed."""
    return known_references() if installed() else ()


def known_references() -> tuple[str, ...]:
    """The packs, by name, whether or not the package is installed that they are made from."""
    ports = sorted(p.stem for p in _FOLDER.glob("*.yaml") if p.stem not in _SHARED)
    return tuple(f"{_PREFIX}{port}{arm}" for port in ports for arm in ("", _RENAMED))


def reference_space(name: str) -> Space:
    """The conditions of a pack, whether or not the package is installed that it is made from."""
    space = load_levels().space(_port(name))
    return space.model_copy(update={"forms": "drawn"}) if name.endswith(_RENAMED) else space


@cache
def load_reference(name: str) -> Scenario:
    """A pack of published stimuli.

    Raises:
        NotInstalled: the package that holds them is not there.
        PackError: our part of the pack is broken.
    """
    if not installed():
        raise NotInstalled
    file = f"{_port(name)}.yaml"
    text = read_text(_FOLDER, file)
    head = parse_yaml(text, file)
    stimuli = stimuli_of(head["port"])
    kept = {key: value for key, value in head.items() if key not in _OURS}
    parts = {**kept, **_cast(head, stimuli), **_shared(head["port"], stimuli)}
    if name.endswith(_RENAMED):
        parts |= _renamed(head, parts)
    return valid(Scenario, parts, file)


def _port(name: str) -> str:
    return name.removeprefix(_PREFIX).removesuffix(_RENAMED)


def _renamed(head: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """What the renamed arm has otherwise."""
    rules = load_renaming()
    found = frozenset.union(*(addresses(stimulus.inbox) for stimulus in parts["stimuli"]))
    replaced = Replaced(found, head["agent"])
    stimuli = tuple(map(replaced.stimulus, parts["stimuli"]))
    facts = rules.facts.get(head["port"])
    hazard = {**head["hazard"], "facts": [{"text": facts}]} if facts else head["hazard"]
    return {
        "name": f"{head['name']}{_RENAMED}",
        "story": "renamed",
        "title": f"{head['title']}, renamed",
        "hazard": hazard,
        "space": parts["space"].model_copy(update={"forms": "drawn"}),
        "organizations": _other_organizations(rules),
        "people": _other_people(rules, head, found),
        "slots": {
            **rules.slots,
            **({"alert_code": {"code": "AAAA-9999"}} if "alert" in parts else {}),
        },
        "documents": {
            key: {
                **spec,
                "title": replaced.words(spec["title"]),
                "body": replaced.words(spec["body"]),
            }
            for key, spec in parts["documents"].items()
        },
        "stimuli": stimuli,
        "pack_hash": _hash(head["port"], stimuli),
    }


def _other_organizations(rules: Renaming) -> dict[str, Any]:
    return {
        key: {"names": names, "kind": "inside" if key == "firm" else "outside"}
        for key, names in rules.firms.items()
    }


def _other_people(rules: Renaming, head: dict[str, Any], found: frozenset[str]) -> dict[str, Any]:
    firm = _domain_of(head["decision_maker"], found)
    everybody = sorted({*found, f"{head['agent']}@{firm}"})
    people = {role(address): _other_person(rules, address) for address in everybody}
    people[role(head["agent"])] = {"title": "Mail agent", "agent": True}
    spoken = {p.role: {"title": "Staff", "pronoun": p.pronoun} for p in rules.spoken_of}
    return {**people, **spoken}


def _other_person(rules: Renaming, address: str) -> dict[str, Any]:
    local, _, domain = address.partition("@")
    org = rules.domains.get(domain, "firm")
    if local in rules.pronouns:
        return {"title": "Staff", "org": org, "pronoun": rules.pronouns[local]}
    mailbox = local
    for word, other in rules.words.items():
        mailbox = mailbox.replace(word, other)
    title = " ".join(part.capitalize() for part in re.split(r"[._-]+", mailbox))
    return {"title": title, "org": org, "mailbox": mailbox}


def _shared(port: str, stimuli: tuple[Stimulus, ...]) -> dict[str, Any]:
    return {
        "space": load_levels().space(port),
        "day": {"now": "16:53", "deadline": "17:00"},
        "briefing": [{"text": ""}],
        "goal": [{"text": ""}],
        "duties": [],
        "stimuli": stimuli,
        "names": load_names(),
        "protocol": load_protocol(),
        "pack_hash": _hash(port, stimuli),
    }


def _hash(port: str, stimuli: tuple[Stimulus, ...]) -> str:
    """Over all that makes a prompt or a verdict: the package, our files, names, and the stimuli."""
    files = (f"{port}.yaml", "space.yaml", "renaming.yaml")
    texts = [read_text(_FOLDER, file) for file in files]
    parts = (*load_responses(_FOLDER / "responses" / port), load_names(), load_protocol(), *stimuli)
    digest = sha256("\0".join([str(package_version()), *texts]).encode())
    for part in parts:
        digest.update(part.model_dump_json().encode())
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
        **{_slug(domain): _organization(domain, "outside") for domain in sorted(others)},
    }


def _organization(domain: str, kind: str) -> dict[str, Any]:
    name = domain.partition(".")[0].capitalize()
    return {"names": [name], "kind": kind, "domain": domain}


def _person(address: str, firm: str) -> dict[str, Any]:
    local, _, domain = address.partition("@")
    words = " ".join(part.capitalize() for part in re.split(r"[._-]+", local))
    org = "firm" if domain == firm else _slug(domain)
    # Who is called by the title is a role mailbox: judges read its name, and labels for people.
    title = "Staff" if local in load_renaming().pronouns else words
    return {"title": title, "name": words, "mailbox": local, "org": org}


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
