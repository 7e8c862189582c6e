"""Splink 5 on plaintext as its own documentation would have it: comparison library, Jaro-Winkler.

Names are lower-cased and nothing more; birth date, postcode and place with term frequencies; the
AZR number as one more field, so that the peer knows all that our linkage knows.
"""

import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_library as library
from splink import SettingsCreator, block_on

from benchmarks.linkage.found import Found
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import FIELDS, LinkSet
from benchmarks.linkage.splink_run import link

RULES = (
    ("birth_date", "given"),
    ("birth_date", "family"),
    ("given", "family"),
    ("birth_date", "postcode"),
    ("postcode", "street", "house_number", "given"),
    ("birth_date", "substr(family, 1, 2)", "substr(given, 1, 2)"),
    ("azr",),
)
SWAPPED = "l.birth_date = r.birth_date AND l.given = r.family AND l.family = r.given"
TRAINING = (("birth_date",), ("given", "family"))
SURE = (("birth_date", "given", "family"), ("azr",))


def usual(data: LinkSet, usage: Usage) -> Found:
    """Train on the records themselves, score, cluster once by connected components."""
    with usage.part("read"):
        tables = [_prepared(name, table) for name, table in data.read(FIELDS).items()]
        records = pa.concat_tables(tables)
    settings = SettingsCreator(
        link_type="link_and_dedupe" if len(data.sources) > 1 else "dedupe_only",
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=[*(block_on(*rule) for rule in RULES), SWAPPED],
        unique_id_column_name="record_pseudonym",
        retain_matching_columns=False,
    )
    return link(records, settings, TRAINING, SURE, usage)


def _prepared(source: str, fields: pa.Table) -> pa.Table:
    texts = {
        name: pc.utf8_lower(pc.utf8_trim_whitespace(fields[name].cast(pa.string())))
        for name in ("given", "family", "street", "house_number", "postcode", "birth_place")
    }
    texts = {
        n: pc.if_else(pc.equal(c, ""), pa.scalar(None, pa.string()), c) for n, c in texts.items()
    }
    parts = (("year", 4), ("month", 2), ("day", 2))
    digits = [_digits(fields[f"birth_{part}"], width) for part, width in parts]
    return pa.table(
        {
            "source": pa.array([source] * fields.num_rows),
            "record_pseudonym": fields["record_pseudonym"].cast(pa.string()),
            **texts,
            "full_name": pc.binary_join_element_wise(texts["given"], texts["family"], " "),
            "birth_date": pc.binary_join_element_wise(*digits, "-"),
            "sex": fields["sex"].cast(pa.string()),
            "nationality": fields["nationality"].cast(pa.string()),
            "azr": _field(fields, "azr_number"),
        }
    )


def _digits(column: pa.ChunkedArray, width: int) -> pa.ChunkedArray:
    return pc.utf8_lpad(column.cast(pa.string()), width, "0")


def _field(fields: pa.Table, name: str) -> pa.ChunkedArray | pa.Array:
    if name not in fields.column_names:
        return pa.nulls(fields.num_rows, pa.string())
    return fields[name].cast(pa.string())


def _comparisons() -> list[object]:
    frequent = {"term_frequency_adjustments": True}
    names = library.ForenameSurnameComparison(
        "given", "family", forename_surname_concat_col_name="full_name"
    )
    return [
        names,
        library.DateOfBirthComparison("birth_date", input_is_string=True),
        library.ExactMatch("postcode").configure(**frequent),
        library.JaroWinklerAtThresholds("street", [0.9]),
        library.ExactMatch("birth_place").configure(**frequent),
        library.ExactMatch("nationality").configure(**frequent),
        library.ExactMatch("sex"),
        library.ExactMatch("azr"),
    ]
