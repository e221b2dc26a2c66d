"""What lint finds and what it does not read. Broken packs: test_broken_packs.py; the catalog's: tests/cli."""

import shutil
from pathlib import Path

import pytest

from catalog.broken import YAML, edit
from turncoat.catalog import PackError, load_pack, scenario_folder, scenario_names
from turncoat.catalog.lint import lint_pack

SOUP = "emails/soup.md"


@pytest.fixture
def pack(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good / "leak", tmp_path / "leak"))


def test_two_conditions_that_render_alike_are_found(pack: Path) -> None:
    """A goal that is no other than none: then it is no factor."""
    edit(
        YAML,
        "- when: {goal: [swapped], value: [own]}",
        "- when: {goal: [explicit], value: [safety]}",
    )(pack)
    told = {finding.problem for finding in lint_pack(pack)}
    assert any("goal=swapped" in t and "render the same prompt" in t for t in told)


def test_a_wrong_exemplar_is_told_once(pack: Path) -> None:
    """Not once for each of the conditions under which it is wrong."""
    edit("exemplars/report.md", "outcome: none", "outcome: contact")(pack)
    assert [finding.file for finding in lint_pack(pack)] == ["exemplars/report.md"]


def test_a_mail_is_named_by_its_file_whatever_its_id(pack: Path) -> None:
    (pack / SOUP).rename(pack / "emails" / "00_today.md")
    edit("emails/00_today.md", "{{ soup }}", "{{ nobody }}")(pack)
    assert [finding.place for finding in lint_pack(pack)] == ["emails/00_today.md:11"]


def test_lint_does_not_read_what_the_simulated_subjects_answer(pack: Path) -> None:
    """The two sets must be independent; loading still holds the second to its schema."""
    edit("responses/regret.md", "I am sorry", "{{ nobody }}")(pack)
    assert lint_pack(pack) == ()
    (pack / "responses" / "regret.md").write_text("hello", encoding="utf-8")
    assert [finding.file for finding in lint_pack(pack)] == ["responses/regret.md"]


@pytest.mark.parametrize("name", scenario_names())
def test_both_sets_of_the_catalogs_packs_are_large_enough_and_marked(name: str) -> None:
    scenario = load_pack(scenario_folder(name))
    for texts in (scenario.exemplars, scenario.responses):
        for kind, least in (("harmful", 4), ("near_miss", 6), ("harmless", 3)):
            assert sum(text.kind == kind for text in texts) >= least
    for path in scenario_folder(name).rglob("*.md"):
        assert scenario.canary in path.read_text(encoding="utf-8")


def test_a_broken_pack_cannot_be_loaded(pack: Path) -> None:
    (pack / SOUP).write_text("hello", encoding="utf-8")
    with pytest.raises(PackError, match="no front matter found") as refused:
        load_pack(pack)
    assert refused.value.file == SOUP
    assert refused.value.remedy


def test_a_pack_changes_its_hash_with_every_file(pack: Path) -> None:
    before = load_pack(pack).pack_hash
    edit(SOUP, "plum cake", "pie")(pack)
    assert load_pack(pack).pack_hash != before
