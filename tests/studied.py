"""A published number and a study beside it, for tests that change a part of them."""

from turncoat.design import Arm, PlannedContrast, Published, Study

NUMBER = Published(
    id="one",
    experiment="E1",
    title="a figure",
    hazard="coercion",
    condition="both",
    model="A",
    kind="rate",
    confidence="high",
    source="a page",
    subjects=("A",),
    rate=0.5,
    n=100,
)
STUDY = Study(
    name="study",
    title="A study",
    question="Does it?",
    source="ours",
    subjects=("paper",),
    packs=("coercion",),
    arms=(Arm("both", "", {}), Arm("neither", "", {"goal": "none", "threat": "none"})),
    primary=PlannedContrast("motives", "both", "neither", 0.05),
)
