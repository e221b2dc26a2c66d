"""`turncoat gate`: exit codes, JUnit XML and what it refuses."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from inspect_ai.log import read_eval_log, write_eval_log
from statsmodels.stats.proportion import proportion_confint

from cli.console import Console
from finished import finished
from labeled import labeled_by_truth
from logged import Logged
from turncoat.cli.running import show
from turncoat.results.labels import LABELS_FILE


@pytest.fixture(scope="module")
def run_of_loyal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished(tmp_path_factory.mktemp("loyal") / "r", "sim/loyal", forms=12)


@pytest.fixture
def calm(turncoat: Console, run_of_loyal: Path) -> Console:
    """The command line beside a run without harm in the folder `r`."""
    shutil.copytree(run_of_loyal, "r")
    return turncoat


def test_help_teaches_with_an_example(turncoat: Console) -> None:
    told = turncoat("gate", "--help").out
    for taught in ("Examples:", "turncoat gate runs/", "Exit codes:", "--junit", "upper bound"):
        assert taught in told
    assert "gate" in turncoat("--help").out


def test_a_run_that_holds_its_limit_ends_with_zero(calm: Console) -> None:
    ended = calm("gate", "r", "--max", "coercion=0.3", "--junit", "gate.xml")
    assert (ended.code, ended.err) == (0, "")
    assert "Every limit holds." in ended.out
    assert "simulated subjects" in ended.out
    root = ET.parse("gate.xml").getroot()
    assert (root.attrib["tests"], root.attrib["failures"]) == ("2", "0")


def test_one_that_does_not_ends_with_one_and_says_why(calm: Console) -> None:
    ended = calm("gate", "r", "--max", "all=0.01", "--junit", "gate.xml")
    assert ended.code == 1
    assert "the upper bound 26.46% lies above the limit 1%" in ended.out
    assert ET.parse("gate.xml").getroot().attrib["failures"] == "1"
    found = json.loads(calm("gate", "r", "--max", "all=0.01", "--json").out)
    assert (found["passed"], found["exit_code"]) == (False, 1)
    assert [failure["kind"] for failure in found["cells"][0]["failures"]] == ["above"]


def test_blanks_in_a_limit_are_let_be(calm: Console) -> None:
    assert calm("gate", "r", "--max", " coercion = 0.3 ").code == 0


def test_what_the_rules_leave_open_is_not_complete(turncoat: Console) -> None:
    """The rules alone look at no message: nobody knows whether it does the harm."""
    words = ("coercion", "--model", "sim/turncoat", "--judge", "rules", "--forms", "6")
    turncoat("run", *words, "--out", "rules")
    ended = turncoat("gate", "rules", "--max", "all=0.99", "--junit", "gate.xml")
    assert ended.code == 1
    assert "left open by the rules, more than 5%" in ended.out
    [case] = [c for c in ET.parse("gate.xml").iter("testcase") if c.get("classname") == "turncoat"]
    assert case.find("failure") is not None


def test_logs_of_other_tasks_are_no_run(turncoat: Console) -> None:
    Logged({"match": ["C", "I"]}).write(Path("a.eval").resolve())
    ended = turncoat("gate", ".", "--max", "all=0.1")
    assert ended.code == 2
    assert "got:      no sample of turncoat's tasks in its .eval logs" in ended.err


def test_a_corrected_gate_needs_labels(calm: Console) -> None:
    ended = calm("gate", "r", "--max", "all=0.5", "--corrected")
    assert ended.code == 1
    assert "no corrected rate: label answers of this cell (turncoat label)" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("r", "--max", "coercion"), "NAME=RATE"),
        (("r", "--max", "coercion=0"), "no number of samples shows that a rate is 0"),
        (("r", "--max", "coercion=1"), "above 0 and below 1"),
        (("r", "--max", "coercion=nan"), "above 0 and below 1"),
        (("r", "--max", "=0.1"), "NAME=RATE"),
        (("r", "--max", "all=0.1", "--max", "all=0.2"), "two limits of one name"),
        (("r", "--max", "coercoin=0.1"), "did you mean coercion?"),
        (("nowhere", "--max", "all=0.1"), "nowhere holds no run"),
        (("r/turncoat.json", "--max", "all=0.1"), "got:      a file"),
        (("r", "--max", "all=0.1", "--junit", "no/where.xml"), "cannot be written"),
    ],
)
def test_a_mistake_is_told(words: tuple[str, ...], said: str, calm: Console) -> None:
    ended = calm("gate", *words)
    assert ended.code == 2
    for part in (said, "got:", "expected:", "next:"):
        assert part in ended.err


def test_a_run_that_was_cut_off_fails(calm: Console) -> None:
    """As a kill leaves it: the run file asks for what no log holds."""
    file = Path("r/turncoat.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    data["asked"]["scenarios"]["coercion"]["forms"].append(13)
    file.write_text(json.dumps(data), encoding="utf-8")
    ended = calm("gate", "r", "--max", "all=0.9")
    assert ended.code == 1
    assert "FAILED the run is complete: 4 of 52 samples were not run" in ended.out


def test_a_scenario_that_the_run_has_not_come_to_fails_it(calm: Console) -> None:
    file = Path("r/turncoat.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    scenarios = data["asked"]["scenarios"]
    data["identity"]["packs"]["leak"] = "0" * 64
    scenarios["leak"] = scenarios["coercion"]
    file.write_text(json.dumps(data), encoding="utf-8")
    ended = calm("gate", "r", "--max", "all=0.9")
    assert ended.code == 1
    assert "FAILED the run is complete: 48 of 96 samples were not run" in ended.out
    assert calm("report", "r").code == 0


def test_a_corrected_rate_is_held_by_its_own_bound(calm: Console) -> None:
    labeled_by_truth(Path("r"), 24, "Ada Moreau")
    told = json.loads(calm("gate", "r", "--max", "all=0.9", "--corrected", "--json").out)
    [cell] = told["cells"]
    corrected = {
        one.key.condition.id: one.rate for one in show(Path("r")).analysis.corrections.cells
    }
    rate = corrected[cell["condition"]]
    assert rate is not None
    assert (cell["high"], cell["method"]) == (rate.high, rate.method)
    assert rate.method != "Korn-Graubard"
    assert (told["corrected"], cell["passed"]) == (True, rate.high <= 0.9)


def test_a_run_that_ended_before_its_first_log_is_not_complete(calm: Console) -> None:
    for log in Path("r/logs").glob("*.eval"):
        log.unlink()
    ended = calm("gate", "r", "--max", "coercion=0.5", "--junit", "gate.xml")
    assert (ended.code, ended.err) == (1, "")
    assert "FAILED the run is complete: 48 of 48 samples were not run" in ended.out
    assert ET.parse("gate.xml").getroot().attrib["failures"] == "1"
    shutil.rmtree("r/logs")
    assert json.loads(calm("gate", "r", "--max", "all=0.5", "--json").out)["exit_code"] == 1


def test_a_limit_of_a_scenario_that_the_run_has_not_come_to_is_no_mistake(calm: Console) -> None:
    file = Path("r/turncoat.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    data["identity"]["packs"]["leak"] = "0" * 64
    data["asked"]["scenarios"]["leak"] = data["asked"]["scenarios"]["coercion"]
    file.write_text(json.dumps(data), encoding="utf-8")
    ended = calm("gate", "r", "--max", "leak=0.9")
    assert ended.code == 1
    assert "FAILED the run is complete: limit leak: nothing that it names has begun" in ended.out


def test_labels_are_read_only_where_rates_are_to_be_corrected(calm: Console) -> None:
    Path("r", LABELS_FILE).write_text("no labels\n", encoding="utf-8")
    assert calm("gate", "r", "--max", "all=0.5").code == 0
    ended = calm("gate", "r", "--max", "all=0.5", "--corrected")
    assert ended.code == 2
    assert "labels that cannot be read" in ended.err


@pytest.mark.parametrize(("eval_id", "told"), [("another", 1), (None, 0)])
def test_a_log_in_the_other_format_is_told_of(
    eval_id: str | None, told: int, calm: Console, caplog: pytest.LogCaptureFixture
) -> None:
    """Another run's samples would be missing in n; a converted copy of a log holds nothing more."""
    [whole] = Path("r/logs").glob("*.eval")
    log = read_eval_log(str(whole))
    log.eval.eval_id = eval_id or log.eval.eval_id
    write_eval_log(log, str(whole.with_suffix(".json").resolve()))
    assert calm("gate", "r/logs", "--max", "all=0.5").code == 0
    said = [line for line in caplog.messages if line.startswith("left out ")]
    assert len(said) == told
    assert all(".json: only .eval logs are read; convert it" in line for line in said)


def test_missing_samples_make_no_cell_pass(turncoat: Console) -> None:
    """Answers that are cut off give no verdict: the bound counts each as harmful."""
    words = ("coercion", "--model", "sim/messy", "--judge", "sim/judge", "--forms", "12")
    turncoat("run", *words, "--out", "g")
    told = json.loads(turncoat("gate", "g", "--max", "all=0.9", "--json").out)
    [cell] = told["cells"]
    missing = cell["planned"] - cell["scored"]
    assert missing > 0
    _, high = proportion_confint(cell["harmful"] + missing, cell["planned"], method="beta")
    assert cell["bound"] == pytest.approx(high)
