"""What rejudging stored samples takes: `python benchmarks/rejudge.py [--samples 5000]`.

The stored samples are written directly, with the prompts, answers and events of a run, in one log
and in ten. Each measurement is a process of its own: how often each source log is opened and each
of its samples read, the peak memory of the whole process, and the time, the report of the flips
included. The judge is simulated and answers at once, so what is measured is ours and Inspect's.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSample
    from inspect_ai.model import ChatMessage, ChatMessageAssistant
    from inspect_ai.scorer import Score

    from turncoat.design import SampleKey
    from turncoat.scenario import Scenario

SCENARIO = "coercion"
SUBJECT = "bench/subject"
CONDITIONS = 4
LIMIT_MB = 1000


def stored(folder: Path, samples: int, logs: int) -> None:
    """Write the samples into so many logs, each with forms of its own."""
    from inspect_ai.log import write_eval_log

    from turncoat.catalog import load_scenario
    from turncoat.design import Grid, Plan

    pack = load_scenario(SCENARIO)
    forms = samples // CONDITIONS
    step = forms // logs
    for number in range(logs):
        own = tuple(range(number * step + 1, (number + 1) * step + 1))
        keys = list(Plan(Grid().default_conditions(), own).sample_keys())
        log = _log(pack, keys, number)
        log.samples = list(_samples(pack, keys))
        write_eval_log(log, str(folder / f"2026-11-24T10-00-{number:02}-00-00_bench_{number}.eval"))


def _log(pack: "Scenario", keys: "Sequence[SampleKey]", number: int) -> "EvalLog":
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSpec

    facts = {
        "scenario": pack.name,
        "title": pack.title,
        "hazard": pack.hazard.name,
        "story": pack.story,
        "pack_hash": pack.pack_hash,
        "outcomes": [{"id": o.id, "means": o.means} for o in pack.hazard.outcomes],
        "harm_from": pack.hazard.harm_from,
        "turncoat_version": "bench",
    }
    ids: list[str | int] = [key.id for key in keys]
    spec = EvalSpec(
        created=f"2026-11-24T10:00:{number:02}+00:00",
        task=pack.name,
        dataset=EvalDataset(sample_ids=ids, samples=len(ids)),
        model=SUBJECT,
        config=EvalConfig(epochs=1),
        metadata=facts,
    )
    return EvalLog(status="success", eval=spec)


def _samples(pack: "Scenario", keys: "Sequence[SampleKey]") -> "Iterator[EvalSample]":
    from turncoat.scenario import render, render_response

    for place, key in enumerate(keys):
        brief = render(pack, key.condition, key.form)
        fitting = [r for r in pack.responses if r.outcome(key.condition) is not None]
        text = render_response(pack, brief, fitting[place % len(fitting)])
        yield _sample(key, (brief.system, brief.inbox, text), brief.prompt_hash)


def _sample(key: "SampleKey", said: tuple[str, str, str], prompt_hash: str) -> "EvalSample":
    """A sample as a run logs it: the prompt in its input, messages and event; judged by the rules."""
    from inspect_ai.event import ModelEvent
    from inspect_ai.log import EvalSample
    from inspect_ai.model import (
        ChatMessageAssistant,
        ChatMessageSystem,
        ChatMessageUser,
        GenerateConfig,
        ModelOutput,
    )

    read: list[ChatMessage] = [
        ChatMessageSystem(content=said[0]),
        ChatMessageUser(content=said[1]),
    ]
    answer = ChatMessageAssistant(content=said[2], source="generate", model=SUBJECT)
    output = ModelOutput.from_message(answer)
    config = GenerateConfig(temperature=1.0)
    event = ModelEvent(
        model=SUBJECT, input=[*read], tools=[], tool_choice="auto", config=config, output=output
    )
    return EvalSample(
        id=key.id,
        epoch=1,
        input=[*read],
        target="",
        messages=[*read, answer],
        output=output,
        scores=_scores(key, answer),
        metadata={"scenario": SCENARIO, "prompt_hash": prompt_hash, "form": key.form},
        events=[event],
        uuid=f"bench-{key.id}"[-64:] + key.condition.id[:32],
    )


def _scores(key: "SampleKey", answer: "ChatMessageAssistant") -> "dict[str, Score]":
    from turncoat.catalog import load_scenario
    from turncoat.judges import hear
    from turncoat.judges.harm import score_of
    from turncoat.scenario import render
    from turncoat.verdict import Judging, NeedsJudge, Unscored, decide, judgment, unscored

    brief = render(load_scenario(SCENARIO), key.condition, key.form)
    hearing = hear(brief, [answer], "stop")
    decided = decide(hearing.brief, hearing.ledger, hearing.response)
    if isinstance(decided, NeedsJudge):
        decided = unscored(Unscored.NOT_DECIDABLE, "only a judge can tell")
    return {"harm": score_of(judgment(hearing, decided, Judging("rules")))}


def measured(folder: Path) -> dict[str, object]:
    """Rejudge a folder in this process."""
    import rich

    from turncoat.cli.rejudging import rejudge_and_report
    from turncoat.engine import JudgeChoice
    from turncoat.engine.rejudging import Rejudging

    rich.reconfigure(quiet=True)
    sources = {str(path) for path in folder.glob("*.eval")}
    opens: Counter[str] = Counter()
    reads: Counter[tuple[str, str, int]] = Counter()

    def audited(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and str(args[0]) in sources:
            opens[str(args[0])] += 1

    sys.addaudithook(audited)
    _count_reads(reads, sources)
    began = time.perf_counter()
    code = rejudge_and_report(Rejudging(folder, JudgeChoice("sim/judge")), as_json=False)
    return {
        "seconds": time.perf_counter() - began,
        "exit_code": code,
        "samples": len(reads),
        "reads of a sample, at most": max(reads.values()),
        "reads of a sample, at least": min(reads.values()),
        "opens of a source log": sorted(opens.values()),
        "source_mb": sum(Path(path).stat().st_size for path in sources) / 1e6,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _count_reads(reads: Counter[tuple[str, str, int]], sources: set[str]) -> None:
    """Put a counter around the one function by which samples are read."""
    from inspect_ai.log import EvalSample, read_eval_log_samples_by_id

    from turncoat.results import choice

    def counted(path: str, keys: Sequence[tuple[str, int]]) -> list[EvalSample]:
        if path in sources:
            reads.update((path, id_, epoch) for id_, epoch in keys)
        return read_eval_log_samples_by_id(path, keys)

    vars(choice)["read_eval_log_samples_by_id"] = counted


def _alone(arguments: argparse.Namespace, logs: int) -> dict[str, Any]:
    """One measurement: the logs by one process, the rejudging by another."""
    with tempfile.TemporaryDirectory(prefix="turncoat-bench-") as folder:
        environment = {**os.environ, "INSPECT_CACHE_DIR": f"{folder}/cache"}
        for step in ("stored", "measured"):
            words = [sys.executable, __file__, "--step", step, "--folder", f"{folder}/logs"]
            words += ["--samples", str(arguments.samples), "--logs", str(logs)]
            done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _told(found: dict[str, Any]) -> str:
    opens = found.pop("opens of a source log")
    lines = [
        f"  {name}: {value:,.1f}" if isinstance(value, float) else f"  {name}: {value}"
        for name, value in found.items()
    ]
    return "\n".join([*lines, f"  opens of a source log: {min(opens)} to {max(opens)}"])


def main() -> None:
    """Measure one log and ten, and refuse more memory or reads than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=5000)
    parser.add_argument("--step", choices=["stored", "measured"])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--logs", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.step == "stored":
        arguments.folder.mkdir()
        stored(arguments.folder, arguments.samples, arguments.logs)
    elif arguments.step == "measured":
        print(json.dumps(measured(arguments.folder)))
    else:
        for logs in (1, 10):
            found = _alone(arguments, logs)
            once = found["reads of a sample, at most"] == 1
            kept = once and found["peak_mb"] < LIMIT_MB
            print(f"{logs} log(s): {'as promised' if kept else 'NOT as promised'}\n{_told(found)}")


if __name__ == "__main__":
    main()
