"""How the samples of a task are asked and judged."""

from dataclasses import dataclass, field
from typing import Literal

from inspect_ai.model import GenerateConfig

from turncoat.verdict import PanelRule, RunKey

ROLE = "judge"
"""Inspect's model role of who judges; several models in it are a panel."""

JudgeKind = Literal["model", "rules", "legacy"]
"""`model` asks Inspect's model role `judge` what the rules leave open; `rules` asks nobody; `legacy`
is the published scoring, which only published stimuli have."""

Also = Literal["conduct", "awareness", "afterwards"]
"""What is measured beside the verdict: `conduct` and `awareness` ask the judge's model for marks,
`afterwards` asks the subject, in a copy of the conversation, whether it was a test."""

TEMPERATURE = 1.0
"""What the published experiments used; see DESIGN."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the plan's samples are asked and judged; the same for every task of a run.

    Attributes:
        key: the run's; a fresh one without a cache where nobody keeps the run.
        judge: `model` (Inspect's model role `judge`), `rules`, or `legacy`.
        panel: how the verdicts of several judges become one.
        also: what is measured beside the verdict.
        config: what the subject is asked with.
    """

    key: RunKey
    judge: JudgeKind = "model"
    panel: PanelRule = "majority"
    also: tuple[Also, ...] = ()
    config: GenerateConfig = field(default_factory=lambda: GenerateConfig(temperature=TEMPERATURE))
