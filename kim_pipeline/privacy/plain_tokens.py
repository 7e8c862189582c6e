"""What each linkage token says before it is keyed: plaintext that lives in memory only (KTS-1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import distinct, map_distinct, one_array
from kim_pipeline.privacy.name_forms import canon, name_forms
from kim_pipeline.privacy.normalise import house_number, postcode, street

AZR_DIGITS = 12
_NO_DIGIT = re.compile("[^0-9]")
_TEXT = pa.large_string()

LINK_FIELDS = pa.schema(
    {
        "record_pseudonym": pa.string(),
        "given": pa.string(),
        "family": pa.string(),
        "other_family": pa.list_(pa.string()),
        "birth_year": pa.int32(),
        "birth_month": pa.int32(),
        "birth_day": pa.int32(),
        "birth_place": pa.string(),
        "nationality": pa.string(),
        "sex": pa.string(),
        "street": pa.string(),
        "house_number": pa.string(),
        "postcode": pa.string(),
        "azr_number": pa.string(),
        "same_as": pa.list_(pa.string()),
        "not_same_as": pa.list_(pa.string()),
        "nationality_group": pa.string(),
    }
)


@dataclass(frozen=True)
class Coded:
    """A column as distinct strings or lists and each row's place among them (None: row by row)."""

    values: Any
    places: Any = None

    def rows(self, values: Any = None) -> Any:
        """Return the column row by row, or what has been made of its distinct values."""
        made = self.values if values is None else values
        return made if self.places is None else made.take(self.places)


def plain_tokens(fields: pa.Table) -> dict[str, Coded]:
    """Return the content of every token column, by column name.

    `fields` has the columns of LINK_FIELDS; any but `record_pseudonym` may be absent. Impossible
    parts of birth dates count as missing, and so does whatever needs them.
    """
    names = _name("given", _field(fields, "given")) | _name("family", _field(fields, "family"))
    dates = _dates(*(_number(fields, f"birth_{part}") for part in ("year", "month", "day")))
    places = _places(fields)
    others = {
        "other_family": _other_names(_field(fields, "other_family")),
        "pob": Coded(map_distinct(canon, _field(fields, "birth_place"), _TEXT)),
        "nat": Coded(map_distinct(_trimmed, _field(fields, "nationality"), _TEXT)),
        "sex": Coded(map_distinct(_trimmed, _field(fields, "sex"), _TEXT)),
        "azr": Coded(map_distinct(_azr_number, _field(fields, "azr_number"), _TEXT)),
    }
    rows = {name: Coded(column) for name, column in (dates | places).items()}
    keys = _match_keys(names["given_skel"].rows(), names["family_skel"].rows(), dates, places)
    public = {name: column for name, column in rows.items() if not name.startswith("_")}
    return names | others | public | keys


def _field(fields: pa.Table, name: str) -> Any:
    kind = LINK_FIELDS.field(name).type
    if name not in fields.column_names:
        return pa.nulls(len(fields), kind)
    return one_array(fields[name]).cast(kind)


def _name(column: str, texts: Any) -> dict[str, Coded]:
    values, places = distinct(texts)
    forms = [name_forms(value) for value in values]
    lists = pa.list_(_TEXT)
    contents = {
        column: pa.array([form.normalised for form in forms], _TEXT),
        f"{column}_canon": pa.array([form.canon for form in forms], _TEXT),
        f"{column}_words": pa.array([form.words or None for form in forms], lists),
        f"{column}_del1": pa.array([form.deletions or None for form in forms], lists),
        f"{column}_skel": pa.array([form.skeleton for form in forms], _TEXT),
        f"{column}_skel1": pa.array([form.first_skeleton for form in forms], _TEXT),
    }
    return {name: Coded(content, places) for name, content in contents.items()}


def _other_names(names: Any) -> Coded:
    forms = map_distinct(canon, names.flatten(), _TEXT).to_pylist()
    lengths = pc.fill_null(pc.list_value_length(names), 0).to_pylist()
    known = names.is_valid().to_pylist()
    rows, start = [], 0
    for length, valid in zip(lengths, known, strict=True):
        found = {form for form in forms[start : start + length] if form}
        rows.append(sorted(found) if valid else None)
        start += length
    return Coded(pa.array(rows, pa.list_(_TEXT)))


def _number(fields: pa.Table, name: str) -> Any:
    limits = {"birth_year": (1850, 2150), "birth_month": (1, 12), "birth_day": (1, 31)}[name]
    number = _field(fields, name)
    low, high = (pa.scalar(limit, pa.int32()) for limit in limits)
    possible = pc.and_(pc.greater_equal(number, low), pc.less_equal(number, high))
    text = number.cast(_TEXT)
    return pc.if_else(possible, pc.utf8_lpad(text, 2, "0"), pa.scalar(None, _TEXT))


def _dates(year: Any, month: Any, day: Any) -> dict[str, Any]:
    """Return date parts only in pairs and triples: a part alone is guessed from its frequency."""
    twelve = pa.scalar("12", _TEXT)
    other = pc.and_(pc.less_equal(day, twelve), pc.not_equal(day, month))
    swapped = _join(year, day, month)
    return {
        "_year": year,
        "_month": month,
        "_day": day,
        "dob": _join(year, month, day),
        "dob_swapped": pc.if_else(other, swapped, pa.scalar(None, _TEXT)),
        "dob_my": _join(month, year),
        "dob_dy": _join(day, year),
        "dob_dm": _join(day, month),
    }


def _places(fields: pa.Table) -> dict[str, Any]:
    code = map_distinct(postcode, _field(fields, "postcode"), _TEXT)
    road = map_distinct(street, _field(fields, "street"), _TEXT)
    behind = map_distinct(_number_behind, _field(fields, "street"), _TEXT)
    number = map_distinct(house_number, _field(fields, "house_number"), _TEXT)
    return {
        "addr": _join(code, road, pc.coalesce(number, behind)),
        "street": _join(code, road),
        "plz": code,
    }


def _match_keys(
    given: Any, family: Any, dates: dict[str, Any], places: dict[str, Any]
) -> dict[str, Coded]:
    """Return k1 to k8: each nearly unique, each forgiving another kind of error."""
    year, month, day, dob = (dates[part] for part in ("_year", "_month", "_day", "dob"))
    ordered = pc.less_equal(given, family)
    first, second = pc.if_else(ordered, given, family), pc.if_else(ordered, family, given)
    keys = {
        "k1": _join(dob, given),
        "k2": _join(dob, family),
        "k3": _join(given, family, year),
        "k4": _join(given, family, day, month),
        "k5": _join(places["addr"], given),
        "k6": _join(dob, first, second),
        "k7": _join(dob, places["plz"]),
        "k8": _join(first, second, month, year),
    }
    return {name: Coded(key) for name, key in keys.items()}


def _join(*parts: Any) -> Any:
    """Join texts row by row; null where any part is null. No part can hold the separator."""
    join: Callable[..., Any] = pc.binary_join_element_wise
    return join(*parts, pa.scalar("|", _TEXT))


def _number_behind(text: str) -> str | None:
    return house_number(None, text)


def _trimmed(text: str) -> str | None:
    return text.strip().lower() or None


def _azr_number(text: str) -> str | None:
    digits = _NO_DIGIT.sub("", text)
    return digits if len(digits) == AZR_DIGITS else None
