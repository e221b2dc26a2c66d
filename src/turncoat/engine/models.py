"""Models by the names that Inspect knows, checked before anything is spent."""

from typing import Any

from inspect_ai.model import GenerateConfig, Model, get_model
from rich.text import Text

from turncoat.engine.request import JudgeChoice, Limits, ModelArg
from turncoat.judges import ROLE, identity_of


class ModelUnavailable(LookupError):
    """A model cannot be used: unknown, or its package or key is missing.

    Attributes:
        name: what was asked for.
        problem: what Inspect or the provider says.
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"model {name}: {problem}")
        self.name = name
        self.problem = problem


def model_named(
    name: str, *, config: GenerateConfig, args: dict[str, ModelArg], judging: bool = False
) -> Model:
    """The model; makes no call.

    Raises:
        ModelUnavailable: it cannot be used, or not as a subject, or not as a judge.
    """
    model = _made(name, config=config, args=args)
    # Real models are both; a simulated one says which it is.
    if getattr(model.api, "judges", judging) != judging:
        what = "it is a subject, and no judge" if judging else "it is a judge, and no subject"
        raise ModelUnavailable(name, what)
    return model


def judges_named(choice: JudgeChoice, *, config: GenerateConfig) -> dict[str, Model | list[Model]]:
    """Who judges, as Inspect's model roles; none for the rules. Makes no call.

    Raises:
        ModelUnavailable: one cannot be used, not as a judge, or is the same judge as another one.
    """
    models = [
        model_named(judge.name, config=config, args=judge.args, judging=True)
        for judge in choice.models
    ]
    if not models:
        return {}
    try:
        identity_of(choice.kind, models, choice.panel)
    except ValueError as error:
        raise ModelUnavailable(str(choice), str(error)) from error
    return {ROLE: models[0] if len(models) == 1 else models}


def _made(name: str, *, config: GenerateConfig, args: dict[str, ModelArg]) -> Model:
    # Inspect's own options of `get_model` stand beside a model's arguments, and are no `ModelArg`.
    given: dict[str, Any] = dict(args)
    try:
        return get_model(name, config=config, **given)
    # A provider's constructor may raise anything, and Inspect's own error for a missing package
    # or key is private; whatever it is, it is about the user's setup.
    except Exception as error:
        problem = getattr(error, "message", None) or str(error) or type(error).__name__
        raise ModelUnavailable(name, Text.from_markup(str(problem)).plain.strip()) from error


def limited(limits: Limits) -> GenerateConfig:
    """The limits as Inspect's settings."""
    return GenerateConfig(
        max_connections=limits.max_connections,
        max_retries=limits.max_retries,
        attempt_timeout=limits.attempt_timeout_s,
    )
