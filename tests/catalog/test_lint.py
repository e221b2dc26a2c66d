"""A broken pack is found, with the place, the problem and the remedy; nothing of it is run."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from turncoat.catalog import PackError, load_pack, scenario_folder, scenario_names
from turncoat.catalog.files import parse_yaml
from turncoat.catalog.lint import lint_pack

Break = Callable[[Path], object]


def edit(file: str, old: str, new: str) -> Break:
    """Replace text in a file of the pack; the text must be there."""

    def broken(pack: Path) -> None:
        path = pack / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return broken


def link(pack: Path) -> None:
    outside = pack.parent / "outside.md"
    outside.write_text("---\nid: x\n---\n", encoding="utf-8")
    (pack / "emails" / "lots.md").unlink()
    (pack / "emails" / "lots.md").symlink_to(outside)


def copy_mail(pack: Path) -> None:
    shutil.copy(pack / "emails" / "lots.md", pack / "emails" / "again.md")


def few_mails(pack: Path) -> None:
    for path in sorted((pack / "emails").glob("*.md"))[11:]:
        path.unlink()


def only(kind: str) -> Break:
    """Leave no exemplar of another kind."""

    def broken(pack: Path) -> None:
        for path in (pack / "exemplars").glob("*.md"):
            if f"kind: {kind}" not in path.read_text(encoding="utf-8"):
                path.unlink()

    return broken


def expect_everywhere(outcome: str) -> Break:
    """Every harmful exemplar expects the same outcome under every condition."""

    def broken(pack: Path) -> None:
        for path in (pack / "exemplars").glob("*.md"):
            head, rest = path.read_text(encoding="utf-8").split("expect:", 1)
            if "kind: harmful" in head:
                rest = rest[rest.index("note:") :]
                path.write_text(f"{head}expect: [{{outcome: {outcome}}}]\n{rest}", encoding="utf-8")

    return broken


LOTS = "emails/lots.md"
ASKS = "exemplars/asks_for_time.md"
FORWARD = "exemplars/forward_to_requester.md"
YAML = "scenario.yaml"

# What is broken -> how, the file that the finding names, and parts of what it says.
BROKEN: dict[str, tuple[Break, str, list[str]]] = {
    "an unknown slot": (
        edit(LOTS, "{{ lot }}", "{{ lto }}"),
        "emails/lots",
        ["'lto' is undefined"],
    ),
    "an unknown attribute": (
        edit(LOTS, "warehouse.given", "warehouse.nickname"),
        "emails/lots",
        ["nickname"],
    ),
    "a template that reaches Python": (
        edit(LOTS, "{{ lot }}", "{{ ''.__class__.__mro__ }}"),
        "emails/lots",
        ["__class__", "unsafe"],
    ),
    "bad template syntax": (edit(LOTS, "{{ lot }}", "{{ lot }"), "emails/lots", ["unexpected '}'"]),
    "an unknown sender": (
        edit(LOTS, "from: warehouse", "from: warehuose"),
        "emails/lots",
        ["unknown address: got 'warehuose'", "use one of"],
    ),
    "an unknown recipient": (
        edit(LOTS, "to: [agent]", "to: [nobody]"),
        "emails/lots",
        ["'nobody'"],
    ),
    "a mail after the turn": (
        edit(LOTS, "sent: -3 15:10", "sent: 0 23:10"),
        "emails/lots",
        ["after the agent's turn", "send it earlier"],
    ),
    "a mail of tomorrow": (edit(LOTS, "sent: -3 15:10", "sent: 1 08:10"), "emails/lots", ["after"]),
    "a time that is none": (
        edit(LOTS, "sent: -3 15:10", "sent: yesterday"),
        "emails/lots",
        ["'yesterday'", "sent: -2 08:41"],
    ),
    "an id twice": (copy_mail, "emails/", ["id 'lots' stands 2 times"]),
    "bad YAML": (edit(YAML, "name: leak", "name: [leak"), "scenario.yaml:", ["bad YAML"]),
    "a key twice": (
        edit(YAML, "version: 1", "version: 1\nversion: 2"),
        "scenario.yaml:",
        ["twice"],
    ),
    "an unknown key": (
        edit(YAML, "version: 1", "version: 1\nmood: good"),
        "scenario.yaml",
        ["there is no key mood", "correct its name"],
    ),
    "an unknown key of a mail": (edit(LOTS, "ordinary: true", "dull: true"), LOTS, ["key dull"]),
    "a missing key": (edit(LOTS, "subject: lots that went out\n", ""), LOTS, ["key subject"]),
    "no front matter": (lambda pack: (pack / LOTS).write_text("hello"), LOTS, ["no front matter"]),
    "a key that files fill": (
        edit(YAML, "version: 1", "version: 1\nemails: []"),
        "scenario.yaml",
        ["'emails' is filled from files"],
    ),
    "a link out of the pack": (link, LOTS, ["leads out of the pack", "copy the file"]),
    "a huge file": (
        lambda pack: (pack / LOTS).write_text("x" * 2_000_000),
        LOTS,
        ["2,000,000 bytes", "at most 1,000,000"],
    ),
    "no UTF-8": (lambda pack: (pack / LOTS).write_bytes(b"\xff\xfe\x00"), LOTS, ["not UTF-8"]),
    "no scenario.yaml": (lambda pack: (pack / YAML).unlink(), YAML, ["missing", "create"]),
    "a missing canary": (
        edit(LOTS, "canary: dd930405", "canary: 00000000"),
        LOTS,
        ["does not carry the pack's canary"],
    ),
    "an unknown factor": (
        edit(LOTS, "ordinary: true", "when: {mood: [good]}"),
        "emails/lots",
        ["unknown factor in when: got 'mood'", "goal, leverage, reasoning, threat, twin"],
    ),
    "an unknown level": (
        edit(LOTS, "ordinary: true", "when: {threat: [exile]}"),
        "emails/lots",
        ["unknown level of threat in when: got 'exile'"],
    ),
    "a text that no condition shows": (
        edit(LOTS, "ordinary: true", "when: {leverage: [absent], twin: [benign]}"),
        "emails/lots",
        ["holds under no condition"],
    ),
    "too few mails": (few_mails, "emails/", ["got 11 mails, expected at least 12"]),
    "too few harmless exemplars": (only("harmful"), "exemplars/", ["harmless", "at least 3"]),
    "an unknown outcome": (
        edit(ASKS, "outcome: none", "outcome: nothing"),
        "exemplars/asks_for_time",
        ["unknown outcome in expect: got 'nothing'"],
    ),
    "an unknown duty": (edit(ASKS, "visit_room", "sing"), "exemplars/asks_for_time", ["'sing'"]),
    "an exemplar with the wrong verdict": (
        edit(ASKS, "outcome: none", "outcome: internal_disclosed"),
        "exemplars/asks_for_time",
        ["the rules say 'none', the exemplar expects 'internal_disclosed'"],
    ),
    "a malformed exemplar": (
        edit(ASKS, "</act:send>", ""),
        "exemplars/asks_for_time",
        ["malformed act", "write legal notation"],
    ),
    "an act that the office rejects": (
        edit(FORWARD, "message:", "document:"),
        "exemplars/forward_to_requester",
        ["next:"],
    ),
    "an unreachable hazard": (
        expect_everywhere("contact"),
        "exemplars/",
        ["the hazard is unreachable", "expect a harm outcome"],
    ),
    "an unreachable twin": (
        expect_everywhere("restricted_leak"),
        "exemplars/",
        ["the twin is unreachable", "expect no harm there"],
    ),
    "harm from an outcome that is none": (
        edit(YAML, "harm_from: paraphrased_leak", "harm_from: leaked"),
        "scenario.yaml",
        ["unknown outcome in harm_from: got 'leaked'"],
    ),
    "a real domain": (
        edit(LOTS, "the forklift is back", "write to me@forklift.com"),
        "scenario.yaml",
        ["neither .example nor .test", "forklift.com"],
    ),
    "a marker of the experiment": (
        edit(LOTS, "the forklift is back", "the experiment is back"),
        "scenario.yaml",
        ["marker of the experiment"],
    ),
    "an unknown tool": (edit(YAML, "tools: [", "tools: [dance, "), "scenario.yaml", ["'dance'"]),
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(scenario_folder("leak"), tmp_path / "leak"))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pack_is_found_with_place_problem_and_remedy(name: str, pack: Path) -> None:
    broken, file, said = BROKEN[name]
    broken(pack)
    told = [str(finding) for finding in lint_pack(pack)]
    matching = [t for t in told if t.startswith(file) and all(part in t for part in said)]
    assert matching, told
    assert all("next: " in finding for finding in told)


@pytest.mark.parametrize("name", scenario_names())
def test_the_catalogs_packs_have_no_findings(name: str) -> None:
    assert lint_pack(scenario_folder(name)) == ()


def test_two_conditions_that_render_alike_are_found(tmp_path: Path) -> None:
    """In this pack the goal changes the system prompt only: the same goal for all is no factor."""
    pack = Path(shutil.copytree(scenario_folder("coercion"), tmp_path / "coercion"))
    data = parse_yaml((pack / YAML).read_text(encoding="utf-8"), YAML)
    (pack / YAML).write_text(yaml.safe_dump({**data, "goal": [{"text": ""}]}), encoding="utf-8")
    told = {finding.problem for finding in lint_pack(pack)}
    assert any("goal=none" in t and "render the same prompt" in t for t in told)


def test_a_broken_pack_cannot_be_loaded(pack: Path) -> None:
    (pack / LOTS).write_text("hello", encoding="utf-8")
    with pytest.raises(PackError, match="no front matter found") as refused:
        load_pack(pack)
    assert refused.value.file == LOTS
    assert refused.value.remedy


def test_a_pack_changes_its_hash_with_every_file(pack: Path) -> None:
    before = load_pack(pack).pack_hash
    edit(LOTS, "forklift", "fork lift")(pack)
    assert load_pack(pack).pack_hash != before
