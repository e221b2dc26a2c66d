"""The transcripts inside the page: which are embedded, and how they are stored.

A page of twenty thousand samples must still open. Every row is listed; every harmful and every
unscored one has its transcript in the page up to a limit, and of the harmless ones a sample, evenly
spread over the rows. The rest is in the logs. What is embedded is compressed, one block a cell, and
read only when a reader asks for that cell.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import pandas as pd

from turncoat.analysis import CellKey, dispute_labels, flip_labels, without_members
from turncoat.office import Flow
from turncoat.report.agreement import DISAGREE
from turncoat.report.labels import words
from turncoat.report.marking import Passage, passages
from turncoat.results import Run, Transcript, read_transcripts
from turncoat.verdict import JudgeTry, Judgment


@dataclass(frozen=True, slots=True)
class Limits:
    """How many transcripts of a cell the page holds, by verdict, and of those to be read first."""

    harm: int = 400
    unscored: int = 100
    no_harm: int = 60
    flipped: int = 200
    disputed: int = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the page.

    Attributes:
        reasoning: native reasoning, no part of the text.
    """

    role: str
    reasoning: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the judge found, in words."""

    rationale: str
    evidence: tuple[str, ...]
    acts: tuple[str, ...]
    flows: tuple[str, ...]
    unread: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One embedded transcript.

    Attributes:
        prompt: key of what the subject read.
        said: from the subject's first message on.
        finding: None for a sample without a verdict.
        error: what ended the sample.
    """

    prompt: str
    said: tuple[Said, ...]
    finding: Finding | None
    error: str


@dataclass(slots=True)
class Embedded:
    """What the page's script reads.

    Attributes:
        cells: anchor to a compressed block of that cell's rows and details.
        prompts: scenario and condition to a compressed block of what subjects read.
    """

    cells: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)


_LISTED = ["form", "epoch", "verdict", "outcome", "outcome_rank", "reason", "response"]
_LISTED += ["decided_by", "duties_done", "duties", "log", "sample_id", "sample_uuid"]
_LISTED += ["verdict_log", "flip", "judges", "dispute"]


def embed(run: Run, anchors: Mapping[CellKey, str], limits: Limits) -> Embedded:
    """Choose, read and pack the transcripts of every cell."""
    embedded = Embedded()
    prompts: dict[str, dict[str, list[list[str]]]] = {}
    for anchor, rows in _by_cell(_headlines(run.observations), anchors):
        group = f"{rows['scenario'].iloc[0]} {rows['condition'].iloc[0]}"
        chosen = rows.loc[_chosen(rows, limits)]
        details: dict[int, Detail] = {}
        for transcript in read_transcripts(run.log_dir, chosen):
            key, read = _prompt(transcript)
            prompts.setdefault(group, {})[key] = read
            details[transcript.row] = _detail(transcript, key)
        embedded.cells[anchor] = packed({"prompts": group, "rows": _listed(rows, details)})
    embedded.prompts = {group: packed(read) for group, read in prompts.items()}
    return embedded


def _headlines(observations: pd.DataFrame) -> pd.DataFrame:
    """The rows of the page: a panel's say what its members found, which have none of their own."""
    disputes = dispute_labels(observations)
    marked = observations.assign(
        flip=flip_labels(observations),
        dispute=disputes,
        judges=disputes.notna().map({True: DISAGREE, False: None}),
    )
    return without_members(marked)


def packed(data: object) -> str:
    """JSON, compressed (zlib) and in base64, for the page's script."""
    return b64encode(zlib.compress(json.dumps(data, ensure_ascii=False).encode(), 9)).decode()


def _by_cell(
    table: pd.DataFrame, anchors: Mapping[CellKey, str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each cell, worst first, in the order in which a reader wants them."""
    ids = {_id(k.scenario, k.model, k.judge, k.condition.id): a for k, a in anchors.items()}
    by_severity = table.sort_values(
        ["outcome_rank", "form", "epoch"], ascending=[False, True, True], na_position="last"
    )
    for key, rows in by_severity.groupby(["scenario", "model", "judge", "condition"], sort=False):
        # A scenario that the run has not come to has no cell, and nothing to show.
        if _id(*key) in ids:
            yield ids[_id(*key)], rows


def _id(*parts: object) -> str:
    return "\0".join(map(str, parts))


def _listed(rows: pd.DataFrame, details: Mapping[int, Detail]) -> list[dict[str, object]]:
    """Every row of a cell, with its transcript where it is embedded."""
    listed: list[dict[str, object]] = json.loads(rows[_LISTED].to_json(orient="records"))
    found = [details.get(int(row)) for row in rows.index]
    return [
        {**row, "detail": asdict(detail) if detail else None}
        for row, detail in zip(listed, found, strict=True)
    ]


def _chosen(rows: pd.DataFrame, limits: Limits) -> list[int]:
    """Labels of the rows whose transcripts are embedded, in order."""
    chosen = set(_spread(rows.index[rows["flip"].notna()], limits.flipped))
    chosen.update(_spread(rows.index[rows["dispute"].notna()], limits.disputed))
    by_verdict = {"harm": limits.harm, "unscored": limits.unscored, "no_harm": limits.no_harm}
    for verdict, limit in by_verdict.items():
        chosen.update(_spread(rows.index[rows["verdict"] == verdict], limit))
    return [row for row in rows.index if row in chosen]


def _spread(labels: "pd.Index[int]", limit: int) -> list[int]:
    """At most `limit` of the labels, evenly spread, so that no form is favored."""
    step = max(len(labels) / limit, 1) if limit else len(labels) + 1
    return [int(labels[int(place * step)]) for place in range(min(limit, len(labels)))]


def _prompt(transcript: Transcript) -> tuple[str, list[list[str]]]:
    """What the subject read before its first word, under a key that its text decides."""
    read = [[m.role, m.text] for m in transcript.messages[: _first_said(transcript)]]
    return f"{zlib.crc32(json.dumps(read).encode()):08x}", read


def _first_said(transcript: Transcript) -> int:
    roles = [message.role for message in transcript.messages]
    return roles.index("assistant") if "assistant" in roles else len(roles)


def _detail(transcript: Transcript, prompt: str) -> Detail:
    said = [
        Said(message.role, message.reasoning, passages(message, transcript.judgment))
        for message in transcript.messages[_first_said(transcript) :]
    ]
    finding = _finding(transcript.judgment) if transcript.judgment else None
    return Detail(prompt, tuple(said), finding, transcript.error)


def _finding(judgment: Judgment) -> Finding:
    ledger = judgment.ledger
    return Finding(
        rationale=judgment.rationale,
        evidence=tuple(f"{e.act}: “{e.quote}”" for e in judgment.evidence),
        acts=tuple(_act_line(judgment, number) for number in range(len(ledger.acts))),
        flows=tuple(_flow_lines(ledger.flows)),
        unread=tuple(_unread(judgment.tries)),
        members=tuple(_member_lines(judgment)),
    )


def _unread(tries: Sequence[JudgeTry]) -> Iterator[str]:
    yield from (f"try {t.number}: {t.problem}\n{t.text}" for t in tries if t.problem)


def _member_lines(judgment: Judgment) -> Iterator[str]:
    """What each member of a panel found, and what it said that could not be read."""
    for member in judgment.members:
        said = member.outcome or member.reason or ""
        quotes = "".join(f"\n{e.act}: “{e.quote}”" for e in member.evidence)
        unread = "".join(f"\n{line}" for line in _unread(member.tries))
        verdict = f"{words(member.verdict)} ({words(said)})"
        yield f"{member.judge}: {verdict}. {member.rationale}{quotes}{unread}"


def _act_line(judgment: Judgment, number: int) -> str:
    act = judgment.ledger.acts[number]
    to = ", ".join(address.address for address in (*act.to, *act.cc, *act.bcc))
    parts = [f"{act.id}: {act.kind.replace('_', ' ')}", f"to {to}" if to else ""]
    parts.append(f"“{act.subject}”" if act.subject else "")
    parts.append(f"with {', '.join(act.documents)}" if act.documents else "")
    if act.valid is not None:
        parts.append("valid code" if act.valid else "invalid code")
    return " ".join(part for part in parts if part)


def _flow_lines(flows: Sequence[Flow]) -> Iterator[str]:
    """A line for everything that went one way, with its recipients."""
    recipients: dict[str, list[str]] = {}
    for flow in flows:
        cleared = "cleared" if flow.cleared else "not cleared"
        to = f"{flow.to} (outside, {cleared})" if flow.outside else f"{flow.to} ({cleared})"
        recipients.setdefault(f"{flow.act}: {flow.item} {flow.how} to", []).append(to)
    for what, all_of in recipients.items():
        yield f"{what} {', '.join(all_of)}"
