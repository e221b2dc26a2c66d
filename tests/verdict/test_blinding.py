"""What a judge reads has labels for names, and every word of it leads back to what was written."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coded import CODE, with_code
from trial import COERCION, MESSAGE, brief, ledger
from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.rubrics import load_rubric
from turncoat.office import Span
from turncoat.scenario import Brief, Group, Person, Scenario, render, render_response
from turncoat.verdict import (
    Blinded,
    Evidence,
    MalformedAnswer,
    NeedsJudge,
    Response,
    Rubric,
    blinding,
    decide,
    fenced_bodies,
    judge_prompt,
    parse_answer,
)

FORMS = range(1, 51)


def strange(number: int, kind: str) -> str:
    """A word that stands nowhere but where a name is filled in."""
    return f"{kind}{number:03d}".translate(str.maketrans("0123456789", "bcdfghjkmn")) + "q"


@cache
def nameless(name: str) -> Scenario:
    """A pack whose names are strange words: the same draws, and nothing else looks like a name."""
    pack = load_scenario(name)
    places = iter(range(1000))
    pool = pack.names.model_copy(
        update={
            "given": {
                region: {
                    pronoun: tuple(strange(next(places), "Xg") for _ in each)
                    for pronoun, each in names.items()
                }
                for region, names in pack.names.given.items()
            },
            "family": tuple(strange(place, "Xf") for place, _ in enumerate(pack.names.family)),
            "agents": tuple(strange(place, "Xa") for place, _ in enumerate(pack.names.agents)),
            "pinned": "Xpinnedq",
        }
    )
    return pack.model_copy(update={"names": pool, "pack_hash": f"nameless {pack.pack_hash}"})


def texts(pack: Scenario, read: Brief) -> Iterator[str]:
    """Everything in which a name may stand, of what a subject reads and of what it may answer."""
    yield from (read.inbox, read.judge_facts)
    yield from (f"{fact.statement} {fact.status}" for fact in read.facts)
    yield from (f"{document.title} {document.body}" for document in read.documents)
    for response in pack.responses:
        if response.outcome(read.condition) is not None:
            yield render_response(pack, read, response)


def expected(text: str, people: tuple[Person, ...], labels: dict[str, str]) -> str:
    """The text with strange words replaced, which cannot be mistaken for anything else."""
    for one in people:
        label = labels[one.role]
        local = one.address.partition("@")[0]
        blind = label.lower().replace(" ", ".")
        if re.search(r"x[gfa]\w+q|xpinnedq", local):
            text = re.sub(f"{re.escape(local)}(?=@)", blind, text, flags=re.IGNORECASE)
        if re.fullmatch(r"X\w+q( X\w+q)?", one.name):
            for words in (one.name, *one.name.split()):
                text = text.replace(words, label)
    return text


@pytest.mark.parametrize("name", scenario_names())
def test_nothing_else_than_names_changes_in_any_pack_and_form(name: str) -> None:
    pack, twin = load_scenario(name), nameless(name)
    for form in FORMS:
        for condition in pack.grid.default_conditions()[::3]:
            read, strangers = (render(one, condition, form) for one in (pack, twin))
            masks = blinding(read)
            labels = {one.role: masks.shown(one.name) for one in read.people}
            for told, meant in zip(texts(pack, read), texts(twin, strangers), strict=True):
                assert masks.shown(told) == expected(meant, strangers.people, labels)


def person(
    role: str, name: str, address: str, *, agent: bool = False, title: str = "clerk"
) -> Person:
    return Person(role, name, title, address, "firm", "inside", agent=agent)


PEOPLE = (
    person("agent", "Juniper", "juniper@quarrel.example", agent=True, title="mail agent"),
    person("director", "Zsófia O'Dowd", "zsofia.o@quarrel.example"),
    person("rival", "Bram Lund-Moss", "lundmoss.bram@vane.test"),
    person("clerk", "Ines Lund", "ines@quarrel.example"),
    person("cousin", "Ada Lund", "ada@home.test"),
    person("hr", "Human Resources", "hr@quarrel.example", title="Human Resources"),
    person("rose", "Rose", "rose@quarrel.example"),
)
CASE = replace(
    brief(COERCION), people=PEOPLE, groups=(Group("staff", "All", "bram@quarrel.example", ()),)
)
MASKS = blinding(CASE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dear Zsófia,", "Dear Person E,"),
        ("ZSÓFIA O'DOWD signs", "Person E signs"),
        ("zsofia o\u2019dowd signs", "Person E signs"),
        ("Zsofia's day; O'Dowd's", "Person E's day; Person E's"),
        ("Zso\u0301fia", "Person E"),
        ("Zsófia\nO'Dowd", "Person E"),
        ("_Zsófia_, **Bram**", "_Person E_, **Person B**"),
        ("Lund-Moss and Lund", "Person B and Person A or Person C"),
        ("Lund-led, Ada-Lund", "Person A or Person C-led, Person A-Person A or Person C"),
        ("Ines Lund and Ada Lund", "Person C and Person A"),
        # Words and parts of words that are no names.
        ("zsófia bram ines", "zsófia bram ines"),
        ("Bramble Lunds Inesx Adamant ROSEMARY", "Bramble Lunds Inesx Adamant ROSEMARY"),
        ("sales rose, a rose bush. Rose says so.", "sales rose, a rose bush. Person D says so."),
        # The agent's name is a word of its own.
        ("Juniper reads. JUNIPER, too", "Agent reads. Agent, too"),
        ("in the Juniper Room; juniper berries", "in the Juniper Room; juniper berries"),
        ("Juniper Hale, and Juniper I know", "Juniper Hale, and Agent I know"),
        # Addresses.
        ("zsofia.o@quarrel.example", "person.e@quarrel.example"),
        ("<Zsofia.O@QUARREL.example>", "<person.e@QUARREL.example>"),
        ("odowd@post.test, z.odowd@post.test", "person.e@post.test, person.e@post.test"),
        ("juniper@quarrel.example", "agent@quarrel.example"),
        ("hr@quarrel.example", "hr@quarrel.example"),
        ("lund@post.test could be two", "lund@post.test could be two"),
        ("bram@quarrel.example is a list", "bram@quarrel.example is a list"),
        ("plan-ada@x.test, ada.b@x.test", "plan-ada@x.test, ada.b@x.test"),
        ("Human Resources", "Human Resources"),
        ("", ""),
    ],
)
def test_names_are_replaced_word_by_word(text: str, shown: str) -> None:
    assert MASKS.shown(text) == shown


def test_labels_tell_neither_rank_nor_gender_and_people_apart() -> None:
    ordered = [replace(CASE, people=order) for order in (PEOPLE, PEOPLE[::-1])]
    told = [[blinding(one).shown(p.name) for p in PEOPLE] for one in ordered]
    assert told[0] == told[1]
    assert len(set(told[0])) == len(PEOPLE)


def test_an_agent_without_a_name_has_none_to_replace() -> None:
    people = (replace(PEOPLE[0], name="the AI", address="ai@quarrel.example"), *PEOPLE[1:])
    masks = blinding(replace(CASE, people=people))
    assert masks.shown("The AI and the AI act: AI") == "The AI and the AI act: AI"


def test_without_people_nothing_changes() -> None:
    assert blinding(replace(CASE, people=(PEOPLE[5],))).shown("Ada, Human") == "Ada, Human"


MIXED = st.lists(
    st.sampled_from(
        [
            "Zsófia",
            "O'Dowd",
            "Ada Lund",
            "Lund",
            "Juniper",
            "Rose",
            "ines@x.test",
            " ",
            "\n",
            "x",
            "@",
        ]
    )
    | st.text(max_size=4)
).map("".join)


@given(MIXED, st.data())
def test_every_substring_comes_from_the_words_that_it_stands_for(
    text: str, data: st.DataObject
) -> None:
    found = MASKS.blind(text)
    assert found.original == text
    if not found.text:
        return
    start = data.draw(st.integers(0, len(found.text) - 1))
    end = data.draw(st.integers(start + 1, len(found.text)))
    span = found.span_of(start, end)
    assert text[span.start : span.end] == found.words_of(start, end)
    # Whole labels beyond the ends aside, the words read blindly are the substring.
    inner = [one for one in found.replaced if start < one.shown.end and one.shown.start < end]
    first = min([start, *(one.shown.start for one in inner)])
    last = max([end, *(one.shown.end for one in inner)])
    assert rebuilt(found, span) == found.text[first:last]


def rebuilt(found: Blinded, span: Span) -> str:
    """A stretch of the original with the labels of its names, one character after the other."""
    parts, place = [], span.start
    for one in found.replaced:
        if span.start <= one.original.start and one.original.end <= span.end:
            parts += [
                found.original[place : one.original.start],
                found.text[one.shown.start : one.shown.end],
            ]
            place = one.original.end
    return "".join((*parts, found.original[place : span.end]))


SENT = "<act:send>\nto: zsofia.o@quarrel.example\nsubject: For Zsófia\n\nZsófia, or Ada Lund\nhears it.\n</act:send>"
RUBRIC = Rubric("plain", 1, "Judge.", "{{ facts }}\n{{ acts }}", names="replaced")
TOLD = replace(CASE, judge_facts="Zsófia O'Dowd decides.", emails=(), facts=())


def needed(case: Brief, text: str) -> NeedsJudge:
    needs = decide(case, ledger(case, text), Response.ACTS)
    assert isinstance(needs, NeedsJudge)
    return needs


def test_the_judge_reads_labels_where_its_rubric_needs_no_names() -> None:
    needs = needed(TOLD, SENT)
    read = judge_prompt(RUBRIC, TOLD, needs, nonce="ab").user
    assert "Person E decides." in read
    assert "Person E (person.e@quarrel.example), clerk, inside the firm" in read
    assert fenced_bodies(read) == ("Person E, or Person A\nhears it.",)
    for name in ("Zs", "Dowd", "Ada", "Juniper"):
        assert name not in read
    kept = judge_prompt(replace(RUBRIC, names="kept"), TOLD, needs, nonce="ab").user
    assert fenced_bodies(kept) == ("Zsófia, or Ada Lund\nhears it.",)
    assert RUBRIC.hash != replace(RUBRIC, names="kept").hash


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Person E, or Person A hears", "Zsófia, or Ada Lund\nhears"),
        ("erson A\nhears it", "Ada Lund\nhears it"),
        ("For Person E", "For Zsófia"),
        ("or Ada Lund hears", "or Ada Lund hears"),
    ],
)
def test_a_quote_of_what_the_judge_read_is_evidence_by_the_words_that_were_sent(
    quote: str, words: str
) -> None:
    said = {"rationale": "", "evidence": [{"act": "a1", "quote": quote}], "outcome": "threat"}
    answer = parse_answer(with_code(json.dumps(said)), TOLD, needed(TOLD, SENT), code=CODE)
    assert answer.evidence == (Evidence("a1", MESSAGE, words),)


def test_a_label_that_was_not_there_is_no_evidence() -> None:
    said = {
        "rationale": "",
        "evidence": [{"act": "a1", "quote": "Person B, or Person A"}],
        "outcome": "threat",
    }
    with pytest.raises(MalformedAnswer, match="no proof of harm"):
        parse_answer(with_code(json.dumps(said)), TOLD, needed(TOLD, SENT), code=CODE)


@pytest.mark.parametrize("name", scenario_names())
def test_a_prompt_tells_of_the_condition_only_what_the_facts_of_the_case_tell(name: str) -> None:
    pack = load_scenario(name)
    base = pack.grid.default()
    seen: dict[tuple[object, ...], str] = {}
    for cell in (base, *pack.grid.neighbors(base)):
        if cell["agent_name"] != base["agent_name"]:
            continue
        case = render(pack, cell, 1)
        mail = f"<act:send>\nto: x@y.test\ncc: {case.people[1].address}\n\nA word.\n</act:send>"
        acts = ledger(case, mail).acts
        read = judge_prompt(
            load_rubric("harm"), case, NeedsJudge(acts, case.hazard.outcomes), nonce="ab"
        )
        told = (case.judge_facts, case.facts)
        assert seen.setdefault(told, read.user) == read.user
        for trace in (cell.id, "twin=", "experiment", "simulat", "turncoat"):
            assert trace not in read.system + read.user
    assert len(seen) < len(pack.grid.neighbors(base))
