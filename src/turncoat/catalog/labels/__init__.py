"""The labeled set: short transcripts whose right verdict is known, for measuring judges.

The labels are the authors' (`author` labels), and gate a judge; they never correct a rate.
"""

from turncoat.catalog.labels.cases import (
    CHECK,
    Labeled,
    Part,
    for_check,
    labeled,
    labeled_scenarios,
    labels_hash,
    load_label_file,
    read_labels,
)
from turncoat.catalog.labels.checks import ledger_in, problems, problems_in

__all__ = [
    "CHECK",
    "Labeled",
    "Part",
    "for_check",
    "labeled",
    "labeled_scenarios",
    "labels_hash",
    "ledger_in",
    "load_label_file",
    "problems",
    "problems_in",
    "read_labels",
]
