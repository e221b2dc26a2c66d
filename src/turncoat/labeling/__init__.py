"""Human labels: a draw of a run's transcripts, and the local page on which people label them."""

from turncoat.labeling.desk import Desk, Gone, OtherPack, Progress, Seat, refuse_other_packs
from turncoat.labeling.drawing import (
    LABELS,
    Frame,
    TooFewLabels,
    UnknownJudge,
    drawn_from,
    extended,
    frame_of,
    judge_for,
)
from turncoat.labeling.exporting import label_rows, labels_csv, labels_json
from turncoat.labeling.serving import serve
from turncoat.labeling.standing import Dispute, Share, Standing, standing_of

__all__ = [
    "LABELS",
    "Desk",
    "Dispute",
    "Frame",
    "Gone",
    "OtherPack",
    "Progress",
    "Seat",
    "Share",
    "Standing",
    "TooFewLabels",
    "UnknownJudge",
    "drawn_from",
    "extended",
    "frame_of",
    "judge_for",
    "label_rows",
    "labels_csv",
    "labels_json",
    "refuse_other_packs",
    "serve",
    "standing_of",
]
