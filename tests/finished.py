"""Runs on simulated subjects that are finished once, for tests that only read them."""

from pathlib import Path

import pytest
from inspect_ai.model import GenerateConfig

from turncoat.design import Condition, Grid, Plan
from turncoat.engine import JudgeChoice, Request, run

SCENARIO = "coercion"


def finished(
    out: Path, model: str, *, forms: int, epochs: int = 1, conditions: tuple[Condition, ...] = ()
) -> Path:
    """A run of one scenario by a simulated judge, with a cache of its own."""
    plan = Plan(conditions or Grid().default_conditions(), tuple(range(1, forms + 1)), epochs)
    asked = Request(
        plans={SCENARIO: plan},
        models=(model,),
        judge=JudgeChoice("sim/judge"),
        config=GenerateConfig(),
        out=out,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECT_CACHE_DIR", str(out.with_name(f"{out.name}.cache")))
        run(asked, lambda _: None)
    return out
