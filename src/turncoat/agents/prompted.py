"""The prompted interface: one generation, whose acts are text."""

from dataclasses import asdict
from typing import Literal

from inspect_ai.model import CachePolicy
from inspect_ai.solver import Generate, Solver, TaskState, solver

from turncoat.design import SAMPLE_STORE, Sampled
from turncoat.verdict import RunKey


@solver
def prompted(key: RunKey) -> Solver:
    """The subject reads the brief and answers once.

    Args:
        key: scopes the cache that lets an interrupted run go on without paying twice.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        sampled = Sampled(str(state.metadata["scenario"]), str(state.sample_id), state.epoch)
        state.store.set(SAMPLE_STORE, asdict(sampled))
        return await generate(state, cache=_subject_cache(key, sampled, str(state.model)))

    return solve


def _subject_cache(key: RunKey, sampled: Sampled, model: str) -> CachePolicy | Literal[False]:
    """Inspect's own cache key knows neither sample, run nor subject; the scopes say them."""
    if not key.cached:
        return False
    scopes = {
        "run": key.run_id,
        "task": sampled.scenario,
        "subject": model,
        "sample": sampled.sample_id,
        "role": "subject",
    }
    return CachePolicy(expiry=None, per_epoch=True, scopes=scopes)
