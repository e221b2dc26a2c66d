"""The published stimuli, wrapped at run time: nothing of them lies in this repository.

The extra `turncoat[reference]` installs inspect-evals, whose prompts become the packs
`reference/blackmail`, `reference/leaking` and `reference/murder`, with our ids, rules and judges.
"""

from turncoat.catalog.reference.packs import (
    known_references,
    load_reference,
    reference_names,
    reference_space,
)
from turncoat.catalog.reference.port import NotInstalled, installed

__all__ = [
    "NotInstalled",
    "installed",
    "known_references",
    "load_reference",
    "reference_names",
    "reference_space",
]
