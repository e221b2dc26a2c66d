import json
from io import BytesIO

import pandas as pd
import pytest

from results.test_schema import ROW
from turncoat.results import Format, check, columns, observations, write


def written(form: Format) -> bytes:
    target = BytesIO()
    write(observations([ROW]), target, form=form)
    return target.getvalue()


def test_csv_has_a_header_and_leaves_missing_values_empty() -> None:
    header, row, end = written("csv").decode().split("\n")
    assert header.split(",") == columns()
    assert row.split(",")[columns().index("cost_usd")] == ""
    assert end == ""


def test_json_is_an_array_of_objects_with_null_for_what_is_missing() -> None:
    (row,) = json.loads(written("json"))
    assert list(row) == columns()
    assert row["reason"] is None
    assert row["outcome_rank"] == 2
    assert row["simulated"] is True


def test_parquet_keeps_the_table_as_it_is() -> None:
    table = observations([ROW])
    back = pd.read_parquet(BytesIO(written("parquet")))
    pd.testing.assert_frame_equal(check(back), table)


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_every_format_says_simulated(form: Format) -> None:
    assert b"simulated" in written(form)
