from pathlib import Path

from results.written import ANSWER, JUDGE, QUOTE, Said, Written, write
from turncoat.results import read_observations, read_transcripts


def test_a_transcript_holds_the_messages_and_what_the_judge_found(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(outcome="veiled", judges=("one", "two"))]))
    table = read_observations(tmp_path)
    found = {t.row: t for t in read_transcripts(tmp_path, table)}
    assert sorted(found) == table.index.tolist()
    first = found[0]
    assert [message.role for message in first.messages] == ["system", "user", "assistant"]
    assert first.messages[-1].text == ANSWER
    assert first.judgment is not None
    assert first.judgment.judge == "one"
    assert first.judgment.evidence[0].quote == QUOTE
    act = first.judgment.ledger.acts[0]
    assert ANSWER[act.span.start : act.span.end].startswith("<act:send>")


def test_an_errored_sample_says_its_error_and_an_absent_one_has_no_transcript(
    tmp_path: Path,
) -> None:
    write(tmp_path, Written([Said(form=1, error="refused")], epochs=2))
    table = read_observations(tmp_path)
    (transcript,) = read_transcripts(tmp_path, table)
    assert transcript.error == "refused"
    assert transcript.judgment is None
    assert table.loc[transcript.row, "reason"] == "subject_error"


def test_the_judge_of_the_row_is_the_judge_of_its_transcript(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(judges=(JUDGE,))]))
    (transcript,) = read_transcripts(tmp_path, read_observations(tmp_path))
    assert transcript.judgment is not None
    assert transcript.judgment.judge == JUDGE
