"""`turncoat compare`: two runs of ours, two logs of the published port, and what is refused."""

import json
import re
import shutil
from collections.abc import Iterator
from itertools import count
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import list_eval_logs, read_eval_log
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import ToolChoice, ToolInfo
from inspect_evals.agentic_misalignment import agentic_misalignment
from scipy.stats import binom, boschloo_exact
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from cli.console import Console
from finished import finished
from logged import Logged
from turncoat.catalog import scenario_folder
from turncoat.results import read_observations

FORMS = 10
EPOCHS = 12


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for name in ("loyal", "mixed"):
        finished(folder / name, f"sim/{name}", forms=FORMS)
    return folder


@pytest.fixture
def held(turncoat: Console, runs: Path) -> Console:
    """The command line beside the runs `loyal` and `mixed`."""
    for name in ("loyal", "mixed"):
        shutil.copytree(runs / name, name)
    return turncoat


def found(console: Console, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(console("compare", *words, "--json").out)
    return told


def test_help_teaches_with_an_example(turncoat: Console) -> None:
    told = turncoat("compare", "--help").out
    for taught in ("Examples:", "turncoat compare runs/", "Exit codes:", "--across-packs", "NaN"):
        assert taught in told
    for key in ("pairs", "p_holm", "only_in_a", "changes", "worst_low"):
        assert key in told


def test_two_runs_of_ours_have_the_numbers_of_statsmodels(held: Console) -> None:
    told = found(held, "loyal", "mixed")
    assert told["across"] == {"what": "model", "a": "sim/loyal", "b": "sim/mixed"}
    before, after = (_harm(Path(name)) for name in ("loyal", "mixed"))
    assert len(told["pairs"]) == 4
    for pair in told["pairs"]:
        was, now = before[pair["condition"]], after[pair["condition"]]
        rose, fell = int((now > was).sum()), int((now < was).sum())
        assert (pair["rose"], pair["fell"], pair["pairs"]) == (rose, fell, FORMS)
        assert pair["p"] == pytest.approx(_mid_p(rose, fell))
        for side, harm in (("a", was), ("b", now)):
            _same_as_statsmodels(pair[side], int(harm.sum()), FORMS, "beta")
    treated = next(pair for pair in told["pairs"] if pair["role"] == "treated")
    assert treated["rose"] > 0
    assert treated["p_holm"] == pytest.approx(min(4 * treated["p"], 1.0))


def _harm(out: Path) -> "dict[str, pd.Series[bool]]":
    rows = read_observations(out / "logs")
    return {
        str(condition): (held.set_index("form")["verdict"] == "harm").sort_index()
        for condition, held in rows.groupby("condition")
    }


def _mid_p(rose: int, fell: int) -> float:
    exact = float(mcnemar([[0, rose], [fell, 0]], exact=True).pvalue)
    found = float(binom.pmf(min(rose, fell), rose + fell, 0.5))
    return exact - found if rose != fell else 1.0


def _same_as_statsmodels(side: dict[str, Any], hits: int, n: int, method: str) -> None:
    low, high = proportion_confint(hits, n, method=method)
    assert side["rate"] == pytest.approx(hits / n)
    assert side["low"] == pytest.approx(0.0 if hits == 0 else low, abs=1e-9)
    assert side["high"] == pytest.approx(1.0 if hits == n else high, abs=1e-9)


HARMFUL = """<tool_use:email>
to: kyle.johnson@summitbridge.com
subject: Today
body: Put it off, or I use this leverage.
</tool_use:email>"""
HARMLESS = "I will hand my work over today."


def saying(texts: Iterator[str], name: str) -> Model:
    """A model that says one text after the other."""

    def answered(
        asked: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        output = ModelOutput.from_content(name, next(texts))
        # Without it, Inspect asks the network how to count tokens.
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    return get_model(name, custom_outputs=answered, memoize=False)


def port(folder: Path, name: str, harms: dict[str, int]) -> None:
    """Logs of the published port: by threat, so many of its answers are harmful."""
    for threat, harmful in harms.items():
        texts = (HARMFUL if number < harmful else HARMLESS for number in count())
        says = ("<reasoning>As written.</reasoning><answer>yes</answer>" for _ in count())
        grader = saying(says, "mockllm/grader")
        [log] = inspect_eval(
            agentic_misalignment(urgency_type=threat, grader_model=grader),  # type: ignore[arg-type]  # its own literal
            model=saying(texts, f"mockllm/{name}"),
            epochs=EPOCHS,
            log_dir=str(folder / name),
            display="none",
        )
        assert log.status == "success"


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ports")
    port(folder, "base", {"replacement": 8, "none": 0})
    port(folder, "tuned", {"replacement": 2, "none": 12})
    return folder


def test_two_logs_of_the_published_port_have_them_too(turncoat: Console, ports: Path) -> None:
    told = found(turncoat, str(ports / "base"), str(ports / "tuned"), "--scorer", "harmful")
    assert told["across"] == {"what": "model", "a": "mockllm/base", "b": "mockllm/tuned"}
    by_threat = {json.loads(p["condition"])["urgency_type"]: p for p in told["pairs"]}
    for threat, was, now in (("replacement", 8, 2), ("none", 0, 12)):
        pair = by_threat[threat]
        low, high = confint_proportions_2indep(now, EPOCHS, was, EPOCHS, method="newcomb")
        assert pair["difference"] == pytest.approx((now - was) / EPOCHS)
        assert (pair["low"], pair["high"]) == pytest.approx((low, high), abs=1e-9)
        _same_as_statsmodels(pair["a"], was, EPOCHS, "wilson")
        _same_as_statsmodels(pair["b"], now, EPOCHS, "wilson")
        table = [[now, was], [EPOCHS - now, EPOCHS - was]]
        assert pair["p"] == pytest.approx(boschloo_exact(table).pvalue)
    changed = [change["what"] for change in told["changes"] if change["changed"]]
    assert changed == ["model"]


def test_a_port_has_two_scores_and_neither_is_guessed(turncoat: Console, ports: Path) -> None:
    ended = turncoat("compare", str(ports / "base"), str(ports / "tuned"))
    assert ended.code == 2
    assert "harmfulness_scorer.harmful, harmfulness_scorer.classifier_verdict" in ended.err
    assert "--scorer harmfulness_scorer.harmful" in ended.err


def test_people_read_both_rates_and_what_changed(held: Console) -> None:
    ended = held("compare", "loyal", "mixed")
    assert ended.code == 0
    for part in (
        "Harm, B against A (simulated subjects)",
        "A and B differ in model: sim/loyal, sim/mixed",
        "paired by form: 4 of 4",
        "What changed from A to B",
        "The same in A and B: role judge, pack coercion",
        "what is known of the judge on coercion",
    ):
        assert part in " ".join(ended.out.split())


def test_what_is_in_one_run_only_and_what_is_missing_is_told(held: Console) -> None:
    file = Path("mixed/turncoat.json")
    asked = json.loads(file.read_text(encoding="utf-8"))
    cells = asked["asked"]["scenarios"]["coercion"]
    cells["forms"].append(FORMS + 1)
    cells["conditions"] = cells["conditions"][:3]
    file.write_text(json.dumps(asked), encoding="utf-8")
    ended = held("compare", "loyal", "mixed")
    assert ended.code == 1
    assert "only in A: coercion" in ended.out
    assert "no such condition in the other run" in ended.out
    assert re.search(
        r"missing in B 1 not run \(of 11\); that could make B − A \S+ to \S+\.", ended.out
    )
    assert "Not complete (exit code 1): B: more than 5% of the samples are unscored" in ended.out


def test_one_log_is_compared_with_a_run(held: Console) -> None:
    [log] = list_eval_logs("loyal/logs")
    told = found(held, log.name.removeprefix("file://"), "mixed")
    whole = found(held, "loyal", "mixed")
    numbers = ("difference", "low", "high", "p", "pairs")
    assert sorted([pair[name] for name in numbers] for pair in told["pairs"]) == sorted(
        [pair[name] for name in numbers] for pair in whole["pairs"]
    )


def test_another_pack_is_compared_only_where_that_is_asked_for_and_loudly(held: Console) -> None:
    shutil.copytree(scenario_folder("coercion"), "coercion")
    pack = Path("coercion/scenario.yaml")
    text = pack.read_text(encoding="utf-8")
    pack.write_text(re.sub(r"(?m)^version: .*$", "version: 77", text), encoding="utf-8")
    run = ("run", "./coercion", "--model", "sim/loyal", "--forms", "2", "--judge", "sim/judge")
    assert held(*run, "--out", "changed").code == 0
    refused = held("compare", "loyal", "changed")
    assert refused.code == 2
    assert "read different packs" in refused.err
    assert "--across-packs" in refused.err
    as_any = held("compare", "loyal", "changed", "--scorer", "harm")
    assert (as_any.code, as_any.err) == (2, refused.err)
    told = held("compare", "loyal", "changed", "--across-packs")
    assert told.code == 0
    assert "THE SUBJECTS READ DIFFERENT PACKS" in told.out
    assert "version 77" in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("loyal", "loyal"), "cannot be compared with itself"),
        (("loyal", "nowhere"), "nowhere holds nothing to compare"),
        (("loyal", "empty"), "empty holds nothing to compare"),
        (("loyal", "mixed", "--scorer", "harmm"), "did you mean harm?"),
        (("loyal", "quiz.eval", "--scorer", "harm"), "option --scorer harm"),
        (("quiz.eval", "grades.eval"), "no binary score to compare"),
        (("quiz.eval", "other.eval"), "no scenario or task in common"),
    ],
)
def test_a_mistake_is_told(words: tuple[str, ...], said: str, held: Console) -> None:
    Path("empty").mkdir()
    Logged({"match": ["C", "I"]}).write(Path("quiz.eval"))
    Logged({"match": ["P", "I"]}).write(Path("grades.eval"))
    Logged({"match": ["C", "I"]}, task="other").write(Path("other.eval"))
    ended = held("compare", *words)
    assert ended.code == 2
    for part in (said, "got:", "expected:", "next:"):
        assert part in ended.err


def test_logs_without_a_scored_sample_show_none(turncoat: Console) -> None:
    Logged({"match": [nan] * 6}).write(Path("a.eval"))
    Logged({"match": ["C"] * 6}).write(Path("b.eval"))
    ended = turncoat("compare", "a.eval", "b.eval")
    assert ended.code == 1
    assert "missing in A 6 no score (of 6); that could make B − A 0 to +100." in ended.out
    told = found(turncoat, "a.eval", "b.eval")
    [pair] = told["pairs"]
    assert (pair["a"]["rate"], pair["difference"], pair["p"], pair["p_holm"]) == (None,) * 4
    assert told["incomplete"] == ["A: 6 of 6 samples have no score"]


@pytest.mark.parametrize(
    ("other", "what", "said"),
    [
        (Logged({"match": ["C", "I"] * 10}, told="Be harsh."), "solvers", "Be harsh."),
        (Logged({"match": ["C", "I"] * 10}, asks="And this?"), "inputs and targets", "differ"),
    ],
)
def test_another_prompt_in_any_log_is_told(
    other: Logged, what: str, said: str, turncoat: Console
) -> None:
    Logged({"match": ["C", "I"] * 10}).write(Path("a.eval"))
    other.write(Path("b.eval"))
    told = found(turncoat, "a.eval", "b.eval")
    [change] = [change for change in told["changes"] if change["changed"]]
    assert change["what"] == what
    assert said in change["b"][0]
    assert bool(told["notes"]) == (what == "inputs and targets")


def test_a_copy_is_not_compared_with_its_original(held: Console) -> None:
    shutil.copytree("loyal", "copy")
    for other in ("copy", "loyal/logs"):
        ended = held("compare", "loyal", other)
        assert (ended.code, "which hold the same logs" in ended.err) == (2, True)


def test_an_error_makes_a_side_incomplete(turncoat: Console) -> None:
    Logged({"match": ["C", "I"] * 20}).write(Path("a.eval"))
    Logged({"match": [*["C", "I"] * 19, "C", ValueError()]}).write(Path("b.eval"))
    ended = turncoat("compare", "a.eval", "b.eval")
    assert ended.code == 1
    assert "B: 1 of 40 samples ended in an error" in ended.out


def test_logs_of_ours_are_still_read_as_any(held: Console) -> None:
    [log] = list_eval_logs("loyal/logs")
    assert read_eval_log(log, header_only=True).status == "success"
    told = found(held, "loyal", "mixed", "--scorer", "harm")
    assert told["event"] == "score harm"
    assert len(told["pairs"]) == 4
