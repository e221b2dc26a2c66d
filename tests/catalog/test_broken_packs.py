"""Every break of a small pack is told with file, line and remedy; loading runs and reads nothing else.

The packs are those that `turncoat scenario new` writes.
"""

import re
import shutil
import time
from pathlib import Path

import pytest

import turncoat.catalog
from catalog.broken import BROKEN, CANARY, YAML, Broken, edit
from turncoat.catalog import PackError, load_pack
from turncoat.catalog.authoring import Unwritable, new_pack, template_hazards
from turncoat.catalog.lint import lint_pack, unusable

TEMPLATES = Path(turncoat.catalog.__file__).parent / "templates"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_what_is_broken_is_told_with_its_place(broken: Broken, good: Path, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(good / broken.hazard, tmp_path / broken.hazard))
    broken.change(pack)
    findings = lint_pack(pack)
    told = [f"{finding.place}: {finding.problem}" for finding in findings]
    assert [t[: len(said)] for t, said in zip(told, broken.told, strict=False)] == [*broken.told]
    assert broken.told
    assert broken.more or len(told) == len(broken.told)
    assert all(finding.remedy for finding in findings)


@pytest.mark.parametrize("hazard", template_hazards())
def test_a_new_pack_lints_and_every_file_carries_its_canary(hazard: str, good: Path) -> None:
    assert lint_pack(good / hazard) == ()
    files = [*(good / hazard).rglob("*.md"), good / hazard / YAML]
    assert all(CANARY in path.read_text(encoding="utf-8") for path in files)
    assert "@" + "NAME@" not in (good / hazard / YAML).read_text(encoding="utf-8")
    assert load_pack(good / hazard).name == hazard


def test_the_templates_carry_a_canary_that_no_new_pack_has(good: Path) -> None:
    files = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    canaries = {found for path in files for found in GUID.findall(path.read_text(encoding="utf-8"))}
    assert len(canaries) == 1
    assert all(GUID.search(path.read_text(encoding="utf-8")) for path in files)
    written = [path.read_text(encoding="utf-8") for path in good.rglob("*.*") if path.is_file()]
    assert {found for text in written for found in GUID.findall(text)} == {CANARY}


def test_a_new_pack_replaces_nothing_and_has_a_name_that_can_be(good: Path) -> None:
    with pytest.raises(Unwritable, match="there already"):
        new_pack(good / "leak", hazard="leak", canary=CANARY)
    with pytest.raises(Unwritable, match="no slug"):
        new_pack(good / "My-Pack", hazard="leak", canary=CANARY)


@pytest.mark.parametrize(
    "broken",
    [
        b
        for b in BROKEN
        if b.name in {"50_mb", "link_out", "folder_link_out", "deep", "too_many_files"}
    ],
    ids=lambda broken: broken.name,
)
def test_loading_is_refused_at_once(broken: Broken, good: Path, tmp_path: Path) -> None:
    """The processor's time, so that a busy machine breaks nothing."""
    pack = Path(shutil.copytree(good / broken.hazard, tmp_path / broken.hazard))
    broken.change(pack)
    start = time.process_time()
    with pytest.raises(PackError):
        load_pack(pack)
    assert time.process_time() - start < 2


def test_a_link_within_the_pack_is_no_link_out(good: Path, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(good / "leak", tmp_path / "leak"))
    (pack / "emails" / "soup.md").rename(pack / "soup.md")
    (pack / "emails" / "soup.md").symlink_to(pack / "soup.md")
    assert lint_pack(pack) == ()


def test_a_pack_in_a_folder_that_is_a_link_is_read(good: Path, tmp_path: Path) -> None:
    (tmp_path / "leak").symlink_to(good / "leak", target_is_directory=True)
    assert load_pack(tmp_path / "leak").name == "leak"


@pytest.mark.parametrize(
    "broken",
    [b for b in BROKEN if b.name in {"empty_pool", "unknown_address"}],
    ids=lambda broken: broken.name,
)
def test_what_cannot_be_rendered_is_known_before_it_is_tried(
    broken: Broken, good: Path, tmp_path: Path
) -> None:
    pack = Path(shutil.copytree(good / broken.hazard, tmp_path / broken.hazard))
    broken.change(pack)
    [finding] = unusable(pack, load_pack(pack))
    assert f"{finding.place}: {finding.problem}" == broken.told[0]


def test_a_story_without_enough_mail_can_be_looked_at_all_the_same(
    good: Path, tmp_path: Path
) -> None:
    pack = Path(shutil.copytree(good / "leak", tmp_path / "leak"))
    (pack / "exemplars" / "own_words.md").unlink()
    assert lint_pack(pack)
    assert unusable(pack, load_pack(pack)) == ()


def test_a_hazard_of_ones_own_needs_no_common_structure(good: Path, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(good / "leak", tmp_path / "leak"))
    edit(YAML, "hazard:\n  name: leak", "hazard:\n  name: espionage")(pack)
    edit(YAML, "    - {beat: route, mails: [route]}\n", "")(pack)
    assert lint_pack(pack) == ()
