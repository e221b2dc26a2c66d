"""A folder of one judge's verdicts: whose they are, and how its calls are keyed."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from re import sub
from secrets import token_bytes, token_hex

from pydantic import BaseModel, ConfigDict, ValidationError

from turncoat.engine.runfile import FolderUnusable, PlanConflict, keep
from turncoat.verdict import RunKey

JUDGE_FILE = "turncoat-judge.json"


class JudgeFile(BaseModel):
    """`turncoat-judge.json` beside the verdicts of a judge: whose they are, and how they are keyed.

    Attributes:
        judge: identity.
        also: what is asked beside the verdict.
        run_id: scopes the cache.
        secret: hex; key of the judge's fence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    judge: str
    also: tuple[str, ...]
    run_id: str
    secret: str

    @property
    def key(self) -> RunKey:
        """With the cache on."""
        return RunKey(self.run_id, bytes.fromhex(self.secret), cached=True)


def judge_folder(base: Path, judge: str) -> Path:
    """The folder of a judge below another; its name is readable, and no other judge's."""
    words = sub(r"[^A-Za-z0-9.]+", "-", judge).strip("-")[:60]
    return base / f"{words}-{sha256(judge.encode()).hexdigest()[:8]}"


def open_judge(out: Path, judge: str, also: Sequence[str]) -> JudgeFile:
    """The folder's judge, begun or gone on with.

    Raises:
        PlanConflict: the folder's verdicts were asked for with something else.
        FolderUnusable: its file cannot be read or written.
    """
    held = _held(out / JUDGE_FILE)
    if held is None:
        held = JudgeFile(
            judge=judge, also=tuple(also), run_id=token_hex(8), secret=token_bytes(32).hex()
        )
        keep(out / JUDGE_FILE, held)
    if held.also != tuple(also):
        raise PlanConflict(out, (f"also: the folder's is {held.also!r}, now {tuple(also)!r}",))
    return held


def _held(path: Path) -> JudgeFile | None:
    if not path.is_file():
        return None
    try:
        return JudgeFile.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise FolderUnusable(f"{path} cannot be read: {error}") from error
