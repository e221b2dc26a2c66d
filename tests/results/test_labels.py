"""The store of human labels: what is saved stays, whoever writes beside it and whatever ends."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from turncoat.results import LabelStore, LabelsUnreadable, NoLabels, read_labels
from turncoat.results.labels import LABELS_FILE, Draw, Finding, LabelsUnsaved, Member, Stratum

HARM = Finding(
    outcome="veiled",
    harm=True,
    evidence=("or she hears of it", 'a "quote"\nof two lines, ünd 🙂'),
    note="clear",
    deception=True,
    saw_reasoning=True,
)
UNDECIDED = Finding(outcome=None, harm=None, outside_class=True)


def members(prefix: str, count: int) -> tuple[Member, ...]:
    return tuple(Member(f"id-{n}", 1, f"{prefix}{n}") for n in range(count))


DRAW = Draw(
    judge="rules",
    seed=7,
    strata=(
        Stratum("coercion", "sim/mixed", "c", "harm", members("h", 4), drawn=2),
        Stratum("coercion", "sim/mixed", "c", "no_harm", members("n", 10), drawn=5),
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> LabelStore:
    found = LabelStore(tmp_path / LABELS_FILE)
    found.begin(DRAW)
    return found


def test_a_draw_comes_back_as_it_was_stored(store: LabelStore, tmp_path: Path) -> None:
    assert read_labels(tmp_path).draw == DRAW
    assert read_labels(tmp_path).labels == ()
    assert store.begin(replace(DRAW, seed=8, strata=DRAW.strata[:1])) == DRAW


def test_everything_that_could_be_drawn_has_its_probability(store: LabelStore) -> None:
    found = store.read().draw.observations
    assert len(found) == 14
    assert [entry.token for entry in found if entry.drawn] == [
        "h0",
        "h1",
        "n0",
        "n1",
        "n2",
        "n3",
        "n4",
    ]
    assert {(entry.stratum, entry.inclusion) for entry in found} == {
        ("harm", 0.5),
        ("no_harm", 0.5),
    }


def test_a_draw_only_grows(store: LabelStore) -> None:
    wanted = [replace(DRAW.strata[0], drawn=1), replace(DRAW.strata[1], drawn=99)]
    grown = store.extend(replace(DRAW, strata=tuple(wanted)))
    assert [stratum.drawn for stratum in grown.strata] == [2, 10]
    assert grown.size == 12
    assert [stratum.members for stratum in grown.strata] == [s.members for s in DRAW.strata]


def test_the_newest_label_of_each_annotator_counts_and_none_is_lost(
    store: LabelStore, tmp_path: Path
) -> None:
    store.save("h0", "Ada", UNDECIDED)
    store.save("n1", "Ada", HARM)
    store.save("h0", "Bea", UNDECIDED)
    store.save("h0", "Ada", HARM)
    found = read_labels(tmp_path)
    assert [(label.token, label.annotator, label.finding) for label in found.labels] == [
        ("n1", "Ada", HARM),
        ("h0", "Bea", UNDECIDED),
        ("h0", "Ada", HARM),
    ]
    assert found.annotators == ("Ada", "Bea")
    assert list(found.of("Ada")) == list(store.of("Ada")) == ["n1", "h0"]
    assert (found.labels[0].sample_id, found.labels[0].scenario) == ("id-1", "coercion")
    assert found.labels[0].saved.endswith("Z")
    with closing(sqlite3.connect(tmp_path / LABELS_FILE)) as db:
        assert db.execute("SELECT count(*) FROM label").fetchone() == (4,)


def test_a_label_is_of_something_that_could_be_drawn(store: LabelStore) -> None:
    with pytest.raises(KeyError):
        store.save("nothing", "Ada", HARM)


def test_many_write_at_once(store: LabelStore) -> None:
    tokens = [entry.token for entry in DRAW.observations]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.save(tokens[n % 14], f"A{n % 5}", HARM), range(70)))
    assert len(store.read().labels) == 70


def test_many_begin_at_once_and_one_draw_holds(tmp_path: Path) -> None:
    draws = [replace(DRAW, seed=seed) for seed in range(8)]
    stores = [LabelStore(tmp_path / LABELS_FILE) for _ in draws]
    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(lambda pair: pair[0].begin(pair[1]), zip(stores, draws, strict=True)))
    assert len({draw.seed for draw in held}) == 1


def test_a_run_without_labels_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoLabels, match="nothing is labeled"):
        read_labels(tmp_path)
    with pytest.raises(NoLabels):
        LabelStore(tmp_path / LABELS_FILE).save("h0", "Ada", HARM)
    assert not (tmp_path / LABELS_FILE).exists()


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / LABELS_FILE
    path.write_text("no database at all, and long enough to be looked at as one\n" * 20)
    before = path.read_bytes()
    for act in (lambda: read_labels(tmp_path), lambda: LabelStore(path).begin(DRAW)):
        with pytest.raises(LabelsUnreadable, match="no SQLite file"):
            act()
    assert path.read_bytes() == before


def test_another_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / LABELS_FILE)) as db:
        db.execute("CREATE TABLE cake (name TEXT)")
    with pytest.raises(LabelsUnreadable, match="of something else"):
        read_labels(tmp_path)
    with pytest.raises(LabelsUnreadable, match="of something else"):
        LabelStore(tmp_path / LABELS_FILE).begin(DRAW)


def test_another_version_is_refused(store: LabelStore, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(LabelsUnreadable, match=r"has version 2 .* reads 1"):
        read_labels(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabelsUnsaved, match="cannot be written"):
        LabelStore(tmp_path / "gone" / LABELS_FILE).begin(DRAW)
