"""The plaintext behind every token column: texts where the pipeline has tokens.

Composites are written out as texts here, so that nothing depends on how they are keyed; a test
holds that these texts are equal exactly where the tokens are. Empty lists are null.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.link_fields import link_field
from kim_pipeline.privacy.plain_tokens import PlainTokens, plain_tokens

TEXT = pa.large_string()
TEXTS = pa.large_list(TEXT)
PASSED = ("record_pseudonym", "nationality_group", "same_as", "not_same_as")
OTHER_KEYS = ("k1", "k2", "k3", "k6")
Texts = dict[str, Any]


def plain_features(fields: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Give the features of every source, sorted like its token table."""
    return {source: _features(table) for source, table in fields.items()}


def _features(fields: pa.Table) -> pa.Table:
    ordered = fields.sort_by("record_pseudonym")
    plain = plain_tokens(ordered)
    passed = {name: link_field(ordered, name) for name in PASSED}
    columns = _names(plain) | _dates(plain) | _places(plain)
    columns |= {name: plain.texts[name].rows() for name in ("nat", "sex", "azr")}
    columns |= match_keys(columns, _text(plain.born.year))
    return pa.table(passed | columns | _others(plain, columns))


def _names(plain: PlainTokens) -> Texts:
    forms, places = plain.names.forms, plain.names.places
    columns: Texts = {"pob": forms.canon.take(places["pob"])}
    for name in ("given", "family"):
        at = places[name]
        shorter = plain.names.deletions.places.take(at)
        columns |= {
            name: forms.normalised.take(at),
            f"{name}_canon": forms.canon.take(at),
            f"{name}_words": forms.words.take(at).cast(TEXTS),
            f"{name}_del1": plain.names.deletions.values.take(shorter).cast(TEXTS),
            f"{name}_skel": forms.skeleton.take(at),
            f"{name}_skel1": forms.first_skeleton.take(at),
        }
    return columns


def _dates(plain: PlainTokens) -> Texts:
    year, month, day = (_text(part) for part in (plain.born.year, plain.born.month, plain.born.day))
    early = pc.less_equal(plain.born.day, pa.scalar(12, pa.int64()))
    turned = pc.and_(early, pc.not_equal(plain.born.day, plain.born.month))
    return {
        "dob": joined(year, month, day),
        "dob_swapped": pc.if_else(turned, joined(year, day, month), pa.scalar(None, TEXT)),
        "dob_my": joined(month, year),
        "dob_dy": joined(day, year),
        "dob_dm": joined(day, month),
    }


def _places(plain: PlainTokens) -> Texts:
    names = ("plz", "road", "number", "behind")
    code, road, number, behind = (plain.texts[name].rows().cast(TEXT) for name in names)
    street = joined(code, road)
    return {"plz": code, "street": street, "addr": joined(street, pc.coalesce(number, behind))}


def match_keys(columns: Mapping[str, Any], year: Any) -> Texts:
    """Write out k1 to k8."""
    given, family = columns["given_skel"], columns["family_skel"]
    keys = {
        "k4": joined(given, family, columns["dob_dm"]),
        "k5": joined(columns["addr"], given),
        "k7": joined(columns["dob"], columns["plz"]),
        "k8": joined(*ordered(given, family), columns["dob_my"]),
    }
    return keys | name_keys(given, family, columns["dob"], year)


def name_keys(given: Any, family: Any, dob: Any, year: Any) -> Texts:
    """Write out the keys that a record also has under its other names."""
    return {
        "k1": joined(dob, given),
        "k2": joined(dob, family),
        "k3": joined(given, family, year),
        "k6": joined(dob, *ordered(given, family)),
    }


def ordered(one: Any, other: Any) -> tuple[Any, Any]:
    """Put two texts in one order."""
    first = pc.less_equal(one, other)
    return pc.if_else(first, one, other), pc.if_else(first, other, one)


def joined(*parts: Any) -> Any:
    """Join texts row by row; null where a part is null."""
    return pc.binary_join_element_wise(*(_text(part) for part in parts), pa.scalar("|", TEXT))


def _others(plain: PlainTokens, own: Mapping[str, Any]) -> Texts:
    """List what a record would say under each of its other names, without what it says already."""
    rows = pa.array(plain.others.rows)
    forms, places = plain.names.forms, plain.names.places
    given, family = (places[f"_other_{name}"] for name in ("given", "family"))
    names = pc.coalesce(forms.skeleton.take(given), own["given_skel"].take(rows))
    formers = pc.coalesce(forms.skeleton.take(family), own["family_skel"].take(rows))
    keys = name_keys(names, formers, own["dob"].take(rows), _text(plain.born.year).take(rows))
    found = {"family": (forms.canon.take(family), own["family_canon"])}
    found["given"] = (forms.canon.take(given), own["given_canon"])
    found |= {key: (keys[key], own[key]) for key in OTHER_KEYS}
    return {
        f"other_{name}": _lists(texts, mine, plain.others.rows)
        for name, (texts, mine) in found.items()
    }


def _lists(texts: Any, own: Any, rows: Any) -> Any:
    known = pd.DataFrame({"row": rows, "text": texts.to_pylist()}).dropna().drop_duplicates()
    mine = own.to_pylist()
    lists: dict[int, list[str]] = {}
    for row, text in zip(known["row"].tolist(), known["text"].tolist(), strict=True):
        if text != mine[row]:
            lists.setdefault(row, []).append(text)
    return pa.array([lists.get(row) for row in range(len(mine))], TEXTS)


def _text(column: Any) -> Any:
    return column.cast(TEXT)
