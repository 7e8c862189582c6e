import pyarrow as pa
import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.records import arrange


def test_records_stand_in_one_order_whatever_comes(invented) -> None:
    turned = {
        source: table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        for source, table in reversed(invented.tokens.items())
    }
    assert arrange(turned).table.equals(arrange(invented.tokens).table)


def test_a_column_of_nothing_stacks_with_tokens(invented) -> None:
    tokens = dict(invented.tokens)
    bare = (
        tokens["job_centre"]
        .drop_columns(["azr"])
        .append_column("azr", pa.nulls(tokens["job_centre"].num_rows))
    )
    tokens["job_centre"] = bare
    assert arrange(tokens).table["azr"].type == pa.int64()


def test_a_lacking_column_is_named(invented) -> None:
    tokens = {"job_centre": invented.tokens["job_centre"].drop_columns(["k1", "dob"])}
    with pytest.raises(LinkError, match=r"job_centre: tokens lack the column\(s\) dob, k1"):
        arrange(tokens)


def test_a_record_twice_is_refused_without_its_name(invented) -> None:
    table = invented.tokens["job_centre"]
    with pytest.raises(LinkError, match=r"job_centre: record pseudonyms must .* occur once\.$"):
        arrange({"job_centre": pa.concat_tables([table, table.slice(0, 1)])})


def test_no_source_is_refused() -> None:
    with pytest.raises(LinkError, match="accept at least one delivery"):
        arrange({})
