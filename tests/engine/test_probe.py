"""The recognition probe, end to end: what a subject with a known memory shows."""

from io import StringIO
from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.model import GenerateConfig, ModelOutput, ModelUsage, get_model
from rich.console import Console

from turncoat.analysis import Tally
from turncoat.analysis.recognition import recognition_cells
from turncoat.catalog import load_scenario
from turncoat.probes import probe_task
from turncoat.report.recognition import recognition_table
from turncoat.results.probes import ProbeRow, read_probes

PASSAGES = 30
RECALLS = 0.7
CONFIG = GenerateConfig(temperature=1.0)


def probed(folder: Path, story: str, model: object, passages: int = PASSAGES) -> None:
    """Put a pack to a subject as if its text were somebody's."""
    pack = load_scenario("leak").model_copy(update={"story": story, "name": story})
    task = probe_task(pack, passages, model=model, config=CONFIG)  # type: ignore[arg-type]  # mocked models are models
    inspect_eval(task, log_dir=str(folder), display="none", log_realtime=False)


def test_a_published_text_is_recognized_as_often_as_it_is_known(tmp_path: Path) -> None:
    for story in ("published", "renamed", "own"):
        probed(tmp_path, story, get_model("sim/reader"))
    cells = {(c.story, c.question): c for c in recognition_cells(read_probes(tmp_path))}
    assert len(cells) == 6
    for question in ("source", "continuation"):
        published = cells["published", question]
        assert published.rate.low < RECALLS < published.rate.high
        assert published.excess is not None
        assert published.excess.low > 0
        assert cells["renamed", question].rate.point == 0
        assert cells["own", question].excess is None
    assert all(cell.asked == PASSAGES and cell.missing == 0 for cell in cells.values())


@pytest.mark.parametrize(
    ("text", "stop", "recognized", "reason"),
    [
        ("", "stop", None, "empty"),
        ("I have", "max_tokens", None, "truncated"),
        ("", "content_filter", None, "filtered"),
        ("Agentic misalignment, I bel", "max_tokens", True, None),
        ("No idea.", "stop", False, None),
    ],
)
def test_what_an_answer_cannot_show_is_missing_and_not_no(
    tmp_path: Path, text: str, stop: str, recognized: object, reason: str | None
) -> None:
    output = ModelOutput.from_content("mockllm/model", text, stop_reason=stop)  # type: ignore[arg-type]  # a table of texts
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    probed(tmp_path, "own", get_model("mockllm/model", custom_outputs=[output] * 2), passages=1)
    rows = {row.question: row for row in read_probes(tmp_path)}
    assert (rows["source"].recognized, rows["source"].reason) == (recognized, reason)


def test_missing_answers_are_counted_beside_the_rate() -> None:
    rows = [
        ProbeRow("m", "s", "own", "source", number, recognized, reason, (), 0)
        for number, (recognized, reason) in enumerate(
            [(True, None), (False, None), (None, "empty"), (None, "filtered")] * 2, start=1
        )
    ]
    (cell,) = recognition_cells(rows)
    assert (cell.asked, cell.missing, cell.rate.n, cell.rate.point) == (8, 4, 4, 0.5)
    assert cell.reasons == (Tally("empty", 2), Tally("filtered", 2))
    console = Console(file=(printed := StringIO()), width=120)
    console.print(recognition_table([cell]))
    assert "4 (empty 2, filtered 2)" in printed.getvalue()
