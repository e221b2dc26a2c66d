"""Which files a committed table depends on."""

from pathlib import Path

import pytest

from provenance import STATS, code_files, code_hash, code_of

SCRIPTS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize(
    ("script", "uses", "spares"),
    [
        ("validate.py", {"rates", "contrasts", "counts", "effects"}, {"__init__", "correction"}),
        (
            "validate_correction.py",
            {"audits", "correction", "draws", "rates"},
            {"__init__", "agreement"},
        ),
    ],
)
def test_a_table_depends_on_the_statistics_it_uses_and_on_no_other(
    script: str, uses: set[str], spares: set[str]
) -> None:
    files = code_files(SCRIPTS / script)
    modules = {path.stem for path in files if path.parent == STATS}
    assert uses <= modules
    assert not spares & modules
    assert files[-1] == SCRIPTS / script


def test_another_script_has_another_hash(tmp_path: Path) -> None:
    first, second = tmp_path / "one.py", tmp_path / "two.py"
    first.write_text("from turncoat.stats import count\n")
    second.write_text("from turncoat.stats.counts import count\nimport one\n")
    assert [path.name for path in code_files(second)] == ["counts.py", "one.py", "two.py"]
    assert code_hash(first) != code_hash(second)


def test_a_name_that_the_statistics_do_not_have_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("from turncoat.stats import nothing\n")
    with pytest.raises(ValueError, match="nothing is no name of"):
        code_hash(script)


def test_the_hash_stands_in_the_table() -> None:
    assert code_of('{"code": "abc", "rows": []}') == "abc"
