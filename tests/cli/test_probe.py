"""`turncoat probe` from the command line."""

import json
from pathlib import Path

from cli.console import Console


def test_the_command_goes_on_and_pays_for_no_passage_twice(
    tmp_path: Path, turncoat: Console
) -> None:
    words = ("probe", "coercion", "--model", "sim/reader", "--out", str(tmp_path), "--json")
    first = json.loads(turncoat(*words, "--passages", "3").out)
    again = turncoat(*words, "--passages", "5")
    assert [cell["asked"] for cell in first["cells"]] == [3, 3]
    assert [cell["asked"] for cell in json.loads(again.out)["cells"]] == [5, 5]
    assert "10/10 samples (6 kept)" in again.err
    assert json.loads(turncoat(*words, "--passages", "3").out)["cells"] == first["cells"]


def test_the_table_says_that_the_subject_is_simulated(tmp_path: Path, turncoat: Console) -> None:
    words = ("probe", "leak", "--model", "sim/loyal", "--out", str(tmp_path), "--passages", "2")
    printed = turncoat(*words).out
    assert "Recognition (simulated subjects)" in printed
    assert "sim/loyal: names the source" in printed


def test_another_setting_is_another_probe(tmp_path: Path, turncoat: Console) -> None:
    """The folder may hold both; each command shows its own rows."""
    words = ("probe", "leak", "--model", "sim/loyal", "--out", str(tmp_path), "--json")
    warm, cold = (
        (*words, "--temperature", heat, "--passages", n) for heat, n in (("1", "3"), ("0", "2"))
    )
    for command, asked in ((warm, 3), (cold, 2), (warm, 3), (cold, 2)):
        cells = json.loads(turncoat(*command).out)["cells"]
        assert [cell["asked"] for cell in cells] == [asked, asked]
    assert "4/4 samples (4 kept)" in turncoat(*cold).err
