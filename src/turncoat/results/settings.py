"""What Inspect logs were made with, ours or not: everything that their headers tell of it."""

import json
from collections.abc import Iterator, Sequence

from inspect_ai.log import EvalConfig, EvalLog, EvalPlan, EvalSpec
from inspect_ai.model import GenerateConfig

from turncoat.design import Frozen

OURS = "turncoat_version"
"""The key of a log's metadata that only ours have."""

_STUDY = "study"

_EFFORT = ("max_retries", "timeout", "attempt_timeout", "max_connections", "adaptive_connections")
"""How hard a run tries, which is no part of what is measured."""

_LIMITS = (
    "message_limit",
    "token_limit",
    "turn_limit",
    "time_limit",
    "working_limit",
    "cost_limit",
    "epochs_reducer",
)
"""Of a task's configuration, what can change an answer or a score."""


def settings_of(headers: Sequence[EvalLog]) -> dict[str, tuple[str, ...]]:
    """What logs were made with: name to all values, as text.

    Args:
        headers: logs without their samples.
    """
    values: dict[str, dict[str, None]] = {}
    for header in headers:
        for name, value in _settings_of(header):
            values.setdefault(name, {})[value] = None
    return {name: tuple(sorted(found)) for name, found in values.items()}


def as_text(value: object) -> str:
    """A setting's value: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _settings_of(header: EvalLog) -> Iterator[tuple[str, str]]:
    spec = header.eval
    yield from _model(spec)
    yield from _ours(spec) if OURS in (spec.metadata or {}) else _task(spec)
    yield from _solvers(header.plan)
    yield from _scorers(spec)
    yield from _limits(spec.config)
    yield from ((_package(name), version) for name, version in spec.packages.items())
    if spec.revision and spec.revision.commit:
        yield "revision", spec.revision.commit


def _model(spec: EvalSpec) -> Iterator[tuple[str, str]]:
    yield "model", spec.model
    if spec.model_base_url:
        yield "address of the model", spec.model_base_url
    yield from ((f"model argument {n}", as_text(v)) for n, v in spec.model_args.items())
    yield from _config(spec.model_generate_config)
    for role, bound in (spec.model_roles or {}).items():
        for config in bound if isinstance(bound, list) else [bound]:
            told = f"{config.model} {as_text(config.args)}" if config.args else config.model
            yield f"role {role}", told


def _ours(spec: EvalSpec) -> Iterator[tuple[str, str]]:
    told = spec.metadata or {}
    pack = f"version {told.get('pack_version', 'unknown')}, {str(told['pack_hash'])[:12]}"
    yield f"pack {told['scenario']}", pack
    yield "turncoat", str(told[OURS])
    if _STUDY in told:
        yield "study", str(Frozen(**told[_STUDY]))


def _task(spec: EvalSpec) -> Iterator[tuple[str, str]]:
    yield "task", spec.task
    yield "task version", str(spec.task_version)
    yield from ((f"task argument {n}", as_text(v)) for n, v in spec.task_args.items())
    yield "dataset", spec.dataset.name or spec.dataset.location or "without a name"
    yield "samples of the dataset", str(spec.dataset.samples)
    if spec.sandbox:
        yield "sandbox", spec.sandbox.type


def _solvers(plan: EvalPlan) -> Iterator[tuple[str, str]]:
    """In their order: a system message is the parameter of one."""
    steps = [f"{step.solver} {as_text(step.params)}" for step in plan.steps]
    yield "solvers", "\n".join(steps) or "none"


def _scorers(spec: EvalSpec) -> Iterator[tuple[str, str]]:
    for scorer in spec.scorers or ():
        yield f"scorer {scorer.name}", as_text(scorer.options or {})


def _limits(config: EvalConfig) -> Iterator[tuple[str, str]]:
    yield "epochs", str(config.epochs or 1)
    for name in _LIMITS:
        value = getattr(config, name)
        if value is not None:
            yield name.replace("_", " "), as_text(value)


def _package(name: str) -> str:
    return "Inspect" if name == "inspect_ai" else name


def _config(config: GenerateConfig) -> Iterator[tuple[str, str]]:
    for name, value in config.model_dump(exclude_none=True).items():
        if name not in _EFFORT:
            yield name, as_text(value)
