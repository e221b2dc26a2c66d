"""People who label a simulated run rightly: the truth is in what each answer was made from."""

from collections.abc import Iterator
from pathlib import Path

from inspect_ai.log import list_eval_logs, read_eval_log

from turncoat.catalog import load_scenario
from turncoat.cli.running import observed
from turncoat.design import sample_key
from turncoat.labeling.drawing import drawn_from, frame_of, judge_for
from turncoat.models import Case
from turncoat.results.labels import LABELS_FILE, Draw, Finding, LabelStore

Place = tuple[str, str, str, int]


def truths(out: Path) -> dict[Place, Finding]:
    """Every sample's right label."""
    return dict(_truths(out / "logs"))


def _truths(logs: Path) -> Iterator[tuple[Place, Finding]]:
    for info in list_eval_logs(str(logs)):
        log = read_eval_log(info)
        for sample in log.samples or ():
            scenario, key = str(sample.metadata["scenario"]), sample_key(str(sample.id))
            case = Case(load_scenario(scenario), key.condition, key.form)
            source = (sample.output.metadata or {})["source"]
            response = next(r for r in case.scenario.responses if r.id == source)
            outcome = response.outcome(key.condition)
            finding = Finding(outcome=outcome, harm=case.is_harm(response))
            yield (scenario, log.eval.model, str(sample.id), sample.epoch), finding


def labeled_by_truth(out: Path, labels: int, *annotators: str) -> Draw:
    """Draw from a run's folder, and let the annotators label all of it rightly."""
    table = observed(out).observations
    store = LabelStore(out / LABELS_FILE)
    drawn = drawn_from(frame_of(table, judge_for(table, None)), labels=labels, seed=7)
    draw, right = store.begin(drawn), truths(out)
    for one in draw.observations:
        if one.drawn:
            for annotator in annotators:
                place = (one.scenario, one.model, one.sample_id, one.epoch)
                store.save(one.token, annotator, right[place])
    return draw
