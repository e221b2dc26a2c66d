"""The labels for other tools: one row for each annotator's newest label of an observation."""

import json
from collections.abc import Iterator

import pandas as pd

from turncoat.results.labels import HUMAN, Drawn, Label, Labels


def label_rows(labels: Labels) -> Iterator[dict[str, object]]:
    """One row a label, with the draw that led to it; a missing value is None."""
    drawn = {entry.token: entry for entry in labels.draw.observations}
    for label in labels.labels:
        yield _row(labels, drawn[label.token], label)


def labels_csv(labels: Labels) -> str:
    """The rows as CSV; evidence is a JSON list in one field."""
    rows = [
        {**row, "evidence": json.dumps(row["evidence"], ensure_ascii=False)}
        for row in label_rows(labels)
    ]
    return pd.DataFrame(rows, columns=_columns()).to_csv(index=False, lineterminator="\n")


def labels_json(labels: Labels) -> str:
    """The draw with its strata, and the rows."""
    strata = [
        {
            "scenario": stratum.scenario,
            "model": stratum.model,
            "condition": stratum.condition,
            "stratum": stratum.name,
            "size": len(stratum.members),
            "drawn": stratum.drawn,
            "inclusion": stratum.inclusion,
        }
        for stratum in labels.draw.strata
    ]
    data = {
        "judge": labels.draw.judge,
        "seed": labels.draw.seed,
        "strata": strata,
        "labels": list(label_rows(labels)),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _row(labels: Labels, entry: Drawn, label: Label) -> dict[str, object]:
    found = label.finding
    return {
        "scenario": entry.scenario,
        "model": entry.model,
        "condition": entry.condition,
        "sample_id": entry.sample_id,
        "epoch": entry.epoch,
        "judge": labels.draw.judge,
        "seed": labels.draw.seed,
        "stratum": entry.stratum,
        "inclusion": entry.inclusion,
        "annotator": label.annotator,
        "kind": HUMAN,
        "outcome": found.outcome,
        "harm": found.harm,
        "undecided": found.undecided,
        "deception": found.deception,
        "over_refusal": found.over_refusal,
        "outside_class": found.outside_class,
        "evidence": list(found.evidence),
        "note": found.note,
        "saw_reasoning": found.saw_reasoning,
        "saved": label.saved,
    }


def _columns() -> list[str]:
    names = ["scenario", "model", "condition", "sample_id", "epoch", "judge", "seed", "stratum"]
    names += ["inclusion", "annotator", "kind", "outcome", "harm", "undecided", "deception"]
    return [*names, "over_refusal", "outside_class", "evidence", "note", "saw_reasoning", "saved"]
