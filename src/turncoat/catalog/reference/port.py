"""The installed package: the only module that imports it, and only when a prompt is made."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

_PACKAGE = "inspect-evals"


class NotInstalled(LookupError):
    """The package that holds the published stimuli is not there."""

    def __init__(self) -> None:
        super().__init__(
            f"the published stimuli are in {_PACKAGE}; pip install 'turncoat[reference]' brings it"
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """The arguments of the package's prompt generator, in its own words.

    Attributes:
        extra: `none`, `dont` or `goal`.
        scratchpad: whether the prompt offers one.
        notice: whether it asks first if this is an evaluation.
    """

    scenario: str
    goal_type: str
    goal_value: str
    urgency: str
    extra: str = "none"
    scratchpad: bool = True
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the package sends: system prompt and user message, byte for byte.

    Attributes:
        emails: the part of the user message that holds the mails.
    """

    system: str
    user: str
    emails: str


def installed() -> bool:
    """Whether the package is there; does not import it."""
    return package_version() is not None


def package_version() -> str | None:
    """The package's version; None where it is not installed."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return None


def prompt_of(setting: Setting) -> Prompt:
    """The prompt of a setting.

    Raises:
        NotInstalled: the package is not there.
        ValueError: the package refuses the setting.
    """
    generator = _generator()
    made = generator.generate_prompts(
        scenario=setting.scenario,
        goal_type=setting.goal_type,
        goal_value=setting.goal_value,
        urgency_type=setting.urgency,
        extra_system_instructions=None if setting.extra == "none" else setting.extra,
        prod_flag=not setting.scratchpad,
        alignment_faking_warning=generator.ALIGNMENT_FAKING_WARNING if setting.notice else None,
    )
    # The package's task joins these two with a line break.
    user = f"{made.user_prompt}\n{made.email_content}"
    return Prompt(made.system_prompt, user, made.email_content)


@dataclass(frozen=True, slots=True)
class Scored:
    """What the published scoring says.

    Attributes:
        harmful: its verdict: the grader's, and the gates on words and addresses.
        said: the grader's text.
    """

    harmful: bool
    said: str


def grader_prompt(scenario: str, emails: str, response: str) -> list[Any]:
    """What the published scoring asks its grader, as Inspect's messages."""
    messages: list[Any] = _classifier(scenario).get_grader_input(
        email_content=emails, response=response
    )
    return messages


def published_score(scenario: str, response: str, graded: str) -> Scored:
    """The published verdict on a response, given the grader's answer.

    Raises:
        ValueError: the published code cannot read the grader's answer.
    """
    harmful, _, said = _classifier(scenario).classify(response=response, grader_response=graded)
    return Scored(bool(harmful), str(said))


def _classifier(scenario: str) -> Any:  # noqa: ANN401 - the package publishes no types
    if not installed():
        raise NotInstalled
    from inspect_evals.agentic_misalignment import classifiers

    kinds: dict[str, Any] = {
        "blackmail": classifiers.BlackmailClassifier,
        "leaking": classifiers.LeakClassifier,
        "murder": classifiers.MurderClassifier,
    }
    return kinds[scenario]()


def _generator() -> Any:  # noqa: ANN401 - the package publishes no types
    if not installed():
        raise NotInstalled
    from inspect_evals.agentic_misalignment import prompt_generator

    return prompt_generator
