"""The labeled set: short transcripts whose right verdict is known, for measuring judges.

The labels are the authors' (`author` labels), and gate a judge; they never correct a rate.
"""

from turncoat.catalog.labels.cases import (
    Labeled,
    Part,
    labeled,
    labeled_scenarios,
    load_label_file,
)
from turncoat.catalog.labels.checks import ledger_in, problems

__all__ = [
    "Labeled",
    "Part",
    "labeled",
    "labeled_scenarios",
    "ledger_in",
    "load_label_file",
    "problems",
]
