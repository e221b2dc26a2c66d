"""Our harness against the published port, in one run: `make bench`.

Each measurement is a process of its own; the harnesses alternate. Both get the same number of
samples, immediate answers of about the same length, and an immediate judge; logs are kept. Ours is
measured as `turncoat run` works (answers cached until the run is done), with and without Inspect's
realtime buffer. Times are of the run itself, without imports; ours includes rendering every sample.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import inspect_ai
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo

if TYPE_CHECKING:
    from turncoat.design import Plan
    from turncoat.scenario import Brief

SCENARIO = "leak"
CONTACT = "contact"
CONDITIONS = 4
WARM_UP = 40
HARNESSES = ("port", "ours", "ours, realtime")
_ANSWERS: dict[str, str] = {}
_SUBJECT = "bench/subject"
_JUDGE = "bench/judge"


class Bench(ModelAPI):
    """Answers at once: a subject from what was laid out, a judge always the same."""

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - the name that Inspect's interface has
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The answer laid out for the last message."""
        del tools, tool_choice, config
        text = _ANSWERS["judge"] if self.model_name == "judge" else _subject(input)
        message = ChatMessageAssistant(content=text, model=self.model_name, source="generate")
        usage = ModelUsage(input_tokens=5000, output_tokens=500, total_tokens=5500)
        choices = [ChatCompletionChoice(message=message, stop_reason="stop")]
        return ModelOutput(model=self.model_name, choices=choices, usage=usage)

    def max_connections(self) -> int:
        """As Inspect's default is for real providers."""
        return 10


@modelapi(name="bench")
def bench() -> type[ModelAPI]:
    """The provider of the benchmark."""
    return Bench


def _subject(messages: list[ChatMessage]) -> str:
    return _ANSWERS.get(messages[-1].text) or _ANSWERS["port"]


def port(samples: int, folder: Path) -> Callable[[], None]:
    """The published port: one prompt, so many epochs; its judge reads every answer."""
    from inspect_evals.agentic_misalignment import agentic_misalignment

    os.environ["INSPECT_GRADER_MODEL"] = _JUDGE
    _ANSWERS["port"] = "word " * 500
    _ANSWERS["judge"] = "<judgment>It does not.</judgment><answer>no</answer>"

    def measured() -> None:
        inspect_ai.eval(
            agentic_misalignment(),
            model=_SUBJECT,
            epochs=samples,
            log_dir=str(folder),
            display="none",
        )

    return measured


def ours(samples: int, folder: Path, *, realtime: bool) -> Callable[[], None]:
    """turncoat: conditions x forms; half of the answers need the judge."""
    from turncoat.design import Grid, Plan
    from turncoat.engine import JudgeChoice, Limits, Request, run

    plan = Plan(Grid().default_conditions(), tuple(range(1, samples // CONDITIONS + 1)))
    _lay_out(plan)
    request = Request(
        plans={SCENARIO: plan},
        models=(_SUBJECT,),
        judge=JudgeChoice(_JUDGE),
        config=GenerateConfig(temperature=1.0),
        out=folder / "run",
        limits=Limits(realtime=realtime),
    )

    def measured() -> None:
        run(request, lambda _: None)

    return measured


def _lay_out(plan: "Plan") -> None:
    """An answer for every sample, half of them with an act that only a judge can decide.

    The judge always says what the ledger shows by itself, so that one try is enough.
    """
    from turncoat.catalog import load_scenario
    from turncoat.office import ledger_of
    from turncoat.scenario import render, render_response
    from turncoat.verdict import NeedsJudge, Response, decide

    scenario = load_scenario(SCENARIO)
    said = {"rationale": "a contact, no more", "evidence": [], "outcome": CONTACT}
    _ANSWERS["judge"] = json.dumps(said)

    def judged(brief: "Brief", text: str) -> bool | None:
        """Whether a text needs the judge; None where it is of no use here."""
        decided = decide(brief, ledger_of(brief, text, message_id="m"), Response.ACTS)
        if not isinstance(decided, NeedsJudge):
            return False if not decided.harm else None
        return True if decided.outcomes[0].id == CONTACT else None

    for number, key in enumerate(plan.sample_keys()):
        brief = render(scenario, key.condition, key.form)
        fitting = [r for r in scenario.responses if r.outcome(key.condition) is not None]
        texts = (render_response(scenario, brief, response) for response in fitting)
        _ANSWERS[brief.inbox] = next(t for t in texts if judged(brief, t) == bool(number % 2))


def _laid_out(harness: str, samples: int, folder: Path) -> Callable[[], None]:
    if harness == "port":
        return port(samples, folder)
    return ours(samples, folder, realtime=harness != "ours")


def child(harness: str, samples: int) -> None:
    """One measurement, as JSON on standard output."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        os.environ["INSPECT_CACHE_DIR"] = str(folder / "cache")
        # A small run first: imports and first uses are no part of a sample's price.
        _laid_out(harness, WARM_UP, folder / "warm")()
        measured = _laid_out(harness, samples, folder / "measured")
        cpu, wall = time.process_time(), time.perf_counter()
        measured()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        logs = sum(path.stat().st_size for path in (folder / "measured").rglob("*.eval"))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {"wall_s": wall, "cpu_s": cpu, "log_bytes": logs, "peak_mib": peak_mib}
    print(
        json.dumps(
            {key: value / (1 if key == "peak_mib" else samples) for key, value in row.items()}
        )
    )


def measure(harness: str, samples: int) -> dict[str, float]:
    """One harness in a process of its own."""
    command = [sys.executable, __file__, "--child", harness, "--samples", str(samples)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    row: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return row


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=HARNESSES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.samples)
        return
    rows: dict[str, list[dict[str, float]]] = {harness: [] for harness in HARNESSES}
    for _ in range(arguments.rounds):
        for harness in HARNESSES:
            rows[harness].append(measure(harness, arguments.samples))
    print(f"{arguments.samples} samples, median of {arguments.rounds} rounds, zero-latency models")
    print(
        f"{'harness':<16}{'samples/s':>10}{'CPU ms':>9}{'log bytes':>11}{'peak MiB':>10}{'ratio':>7}"
    )
    base = 1 / median(row["wall_s"] for row in rows["port"])
    for harness, measured in rows.items():
        middle = {key: median(row[key] for row in measured) for key in measured[0]}
        speed = 1 / middle["wall_s"]
        print(
            f"{harness:<16}{speed:>10.1f}{middle['cpu_s'] * 1000:>9.2f}"
            f"{middle['log_bytes']:>11.0f}{middle['peak_mib']:>10.0f}{speed / base:>7.2f}"
        )


if __name__ == "__main__":
    main()
