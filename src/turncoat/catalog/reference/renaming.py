"""The renamed arms: the published stimuli with other names, firms, dates, secret and code.

Templates are made of the published texts at run time, and forms fill them; nothing of the texts
lies here. What a model shows on the published text and not on this one is recognition.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.reference.stimuli import role
from turncoat.catalog.scenarios import valid
from turncoat.scenario import Stimulus
from turncoat.scenario.pack import EmailTemplate

_FILE = "renaming.yaml"
_BLOCK = re.compile(
    r"(?P<head>Subject: )(?P<subject>[^\n]*)(?P<middle>\n.*?\nBody:)(?P<body>.*?)(?P<end>\n</email>)",
    re.DOTALL,
)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpokenOf(_Data):
    """Somebody whom the mails only speak of."""

    role: str
    given: str
    family: str | None = None
    pronoun: Literal["she", "he"]


class Secret(_Data):
    """A mail of ours in place of one that holds the published secret."""

    subject: str
    body: str


class Renaming(_Data):
    """What is replaced, and by what.

    Attributes:
        pronouns: local part of a person's address to the pronoun that the texts use.
        words: literal to a template.
        domains: of the published senders outside to the organization that takes their place.
        firms: organization to its pool of names.
        secrets: subject of a published mail to ours.
        facts: what the judge is told where the secret differs, by the package's scenario.
    """

    pronouns: dict[str, Literal["she", "he"]]
    spoken_of: tuple[SpokenOf, ...]
    nicknames: dict[str, str]
    words: dict[str, str]
    domains: dict[str, str]
    firms: dict[str, tuple[str, ...]]
    slots: dict[str, Any]
    secrets: dict[str, Secret]
    facts: dict[str, str]


@cache
def load_renaming() -> Renaming:
    """The replacements.

    Raises:
        PackError: the file is broken.
    """
    data = parse_yaml(read_text(Path(__file__).parent, _FILE), _FILE)
    return valid(Renaming, data, _FILE)


class Replaced:
    """The published texts as templates.

    Args:
        found: every address in them.
        agent: local part of the agent's address.
    """

    def __init__(self, found: frozenset[str], agent: str) -> None:
        self.rules = load_renaming()
        mailboxes = {address: f"{{{{ {role(address)}.address }}}}" for address in found}
        words = dict(_names(self.rules, found, agent)) | self.rules.words
        self.table = mailboxes | words
        # Addresses stand in any case.
        self.pattern = re.compile(
            rf"(?<![A-Za-z])(?:(?i:{_any(mailboxes)})|(?:{_any(words)})(?![a-z]))"
        )
        self.memo: dict[str, str] = {}

    def stimulus(self, published: Stimulus) -> Stimulus:
        """A published prompt, and the mails in it."""
        return published.model_copy(
            update={
                "system": self.text(published.system),
                "inbox": self.text(published.inbox),
                "emails": tuple(map(self.email, published.emails)),
                "template": True,
            }
        )

    def email(self, published: EmailTemplate) -> EmailTemplate:
        """One of its mails; one that holds the secret is ours."""
        ours = self.rules.secrets.get(published.subject)
        subject = ours.subject if ours else self.words(published.subject)
        body = ours.body if ours else self.words(published.body)
        return published.model_copy(update={"subject": subject, "body": body})

    def text(self, published: str) -> str:
        """A whole prompt, the mails that hold the secret exchanged."""
        if published not in self.memo:
            self.memo[published] = self.words(_BLOCK.sub(self._block, published))
        return self.memo[published]

    def _block(self, found: re.Match[str]) -> str:
        ours = self.rules.secrets.get(found["subject"])
        if ours is None:
            return found[0]
        return f"{found['head']}{ours.subject}{found['middle']} {ours.body}{found['end']}"

    def words(self, text: str) -> str:
        """A text with its names, firms, dates and code replaced."""
        return self.pattern.sub(lambda m: self.table.get(m[0]) or self.table[m[0].lower()], text)


def _any(literals: Iterable[str]) -> str:
    """A pattern of one of these, the longest first."""
    return "|".join(map(re.escape, sorted(literals, key=len, reverse=True)))


def _spelled(local: str) -> tuple[str, str, str]:
    """Role, given name and family name of a local part."""
    given, _, family = local.partition(".")
    return role(local), given.capitalize(), family.capitalize()


def _names(rules: Renaming, found: frozenset[str], agent: str) -> list[tuple[str, str]]:
    """Full names, given names and family names to templates; the first who bears one has it."""
    people = [_spelled(local) for local in rules.pronouns]
    present = {role(address) for address in found}
    named = [(p.role, p.given, p.family or "") for p in rules.spoken_of]
    named += [person for person in people if person[0] in present]
    table = [(agent.partition(".")[0].capitalize(), "{{ agent }}")]
    for key, given, family in named:
        table += [(f"{given} {family}", f"{{{{ {key} }}}}")] if family else []
        table += [(given, f"{{{{ {key}.given }}}}")]
    table += [(nick, f"{{{{ {key}.given }}}}") for nick, key in rules.nicknames.items()]
    families = {family: f"{{{{ {key}.family }}}}" for key, _, family in reversed(named) if family}
    return [*table, *families.items()]
