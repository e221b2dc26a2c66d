"""Logs of later verdicts, made from logs that were written without a run."""

from pathlib import Path

from inspect_ai.log import read_eval_log, write_eval_log

from results.written import Written, write

LATER = "model:sim/judge(seed=2)+harm@1"


def write_later(
    folder: Path, log: Written, *, judge: str = LATER, stale: tuple[str, ...] = ()
) -> Path:
    """Verdicts on the answers of the same uuids; `stale` ones are on answers that are gone."""
    path = write(folder, log)
    written = read_eval_log(str(path))
    spec = written.eval
    facts = {**(spec.metadata or {}), "verdicts": {"subject": spec.model, "judge": judge}}
    spec = spec.model_copy(update={"model": f"none/{spec.model}", "metadata": facts})
    for sample in written.samples or ():
        answer = f"old-{sample.uuid}" if sample.uuid in stale else sample.uuid
        sample.metadata = {**sample.metadata, "answer": answer}
        sample.uuid = f"later-{sample.uuid}"
    write_eval_log(written.model_copy(update={"eval": spec}), str(path))
    return path
