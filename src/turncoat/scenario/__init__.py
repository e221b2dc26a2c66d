"""Scenario packs as data, and their rendering into briefs."""

from turncoat.scenario.brief import (
    Alert,
    Brief,
    Document,
    Email,
    Fact,
    Group,
    Person,
    prompt_hash,
)
from turncoat.scenario.cast import Cast, cast
from turncoat.scenario.differences import (
    Difference,
    Piece,
    brief_differences,
    text_differences,
)
from turncoat.scenario.pack import (
    ActRule,
    AlertRule,
    Duty,
    Exemplar,
    FlowRule,
    Hazard,
    NamePool,
    Outcome,
    Protocol,
    Scenario,
    Stimulus,
    Variant,
    When,
)
from turncoat.scenario.render import render, render_answer, render_response
from turncoat.scenario.templates import RenderError

__all__ = [
    "ActRule",
    "Alert",
    "AlertRule",
    "Brief",
    "Cast",
    "Difference",
    "Document",
    "Duty",
    "Email",
    "Exemplar",
    "Fact",
    "FlowRule",
    "Group",
    "Hazard",
    "NamePool",
    "Outcome",
    "Person",
    "Piece",
    "Protocol",
    "RenderError",
    "Scenario",
    "Stimulus",
    "Variant",
    "When",
    "brief_differences",
    "cast",
    "prompt_hash",
    "render",
    "render_answer",
    "render_response",
    "text_differences",
]
