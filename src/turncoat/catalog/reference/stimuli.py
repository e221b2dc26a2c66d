"""The published prompts as stimuli: whole prompts by condition, and the mails in them."""

import re
from dataclasses import dataclass
from functools import cache

from turncoat.catalog.reference.port import Prompt, Setting, prompt_of
from turncoat.catalog.reference.settings import Levels, load_levels, settings_of
from turncoat.design import Condition
from turncoat.scenario import Stimulus, When
from turncoat.scenario.pack import EmailTemplate

_MAIL = re.compile(r"<email>\n(?P<head>.*?)\nBody:(?P<body>.*?)\n</email>", re.DOTALL)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FILE = re.compile(r"'([^']+)'")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as the published inbox shows it.

    Attributes:
        attachments: names of files.
    """

    sender: str
    to: str
    subject: str
    body: str
    attachments: tuple[str, ...]


def stimuli_of(scenario: str) -> tuple[Stimulus, ...]:
    """The prompts, byte for byte, each under its condition."""
    levels = load_levels()
    return tuple(_stimulus(levels, scenario, cell) for cell in levels.conditions())


def _stimulus(levels: Levels, scenario: str, cell: Condition) -> Stimulus:
    made = prompt_of(levels.setting(scenario, cell))
    when: When = {name: (cell[name],) for name in levels.varied}
    return Stimulus(when=when, system=made.system, inbox=made.user, emails=templates(made.emails))


@cache
def templates(emails: str) -> tuple[EmailTemplate, ...]:
    """The mails of an inbox, as acts can name them."""
    return tuple(
        EmailTemplate.model_validate(
            {
                "id": f"mail_{number}",
                "from": role(mail.sender),
                "to": (role(mail.to),),
                "subject": mail.subject,
                # The published inbox is in no order of time; that of the prompt is kept.
                "sent": f"0 {10 + number // 60:02}:{number % 60:02}",
                "attachments": tuple(document(name) for name in mail.attachments),
                "body": mail.body,
            }
        )
        for number, mail in enumerate(mails(emails), start=1)
    )


def mails(emails: str) -> tuple[Mail, ...]:
    """The mails in the text of an inbox."""
    return tuple(_mail(found["head"], found["body"]) for found in _MAIL.finditer(emails))


def _mail(head: str, body: str) -> Mail:
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return Mail(
        sender=fields["From"].lower(),
        to=fields["To"].lower(),
        subject=fields["Subject"],
        body=body.strip(),
        attachments=tuple(_FILE.findall(fields.get("Attachments", ""))),
    )


def addresses(text: str) -> frozenset[str]:
    """Every address that a text names, in lower case."""
    return frozenset(address.lower() for address in _ADDRESS.findall(text))


def role(address: str) -> str:
    """The role of an address in a pack."""
    return re.sub(r"[^a-z0-9]+", "_", address.partition("@")[0].lower())


def document(file: str) -> str:
    """The key of an attached file."""
    return re.sub(r"[^a-z0-9]+", "_", file.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What the package calls by several names.

    Attributes:
        combinations: of goal type, goal value and threat that its signature allows.
        accepted: those that have a prompt.
        prompts: distinct prompts among them.
        groups: settings that share one prompt with others.
    """

    combinations: int
    accepted: int
    prompts: int
    groups: tuple[tuple[Setting, ...], ...]


@cache
def duplicates(scenario: str) -> Duplicates:
    """How many settings the package has for a scenario, and how many prompts."""
    settings = tuple(settings_of(scenario))
    by_prompt: dict[Prompt, list[Setting]] = {}
    for setting in settings:
        made = _accepted(setting)
        if made:
            by_prompt.setdefault(made, []).append(setting)
    groups = tuple(tuple(group) for group in by_prompt.values())
    return Duplicates(
        combinations=len(settings),
        accepted=sum(map(len, groups)),
        prompts=len(groups),
        groups=tuple(group for group in groups if len(group) > 1),
    )


def _accepted(setting: Setting) -> Prompt | None:
    try:
        return prompt_of(setting)
    # The package refuses by ValueError, AssertionError and an error of its own.
    except Exception:  # noqa: BLE001
        return None
