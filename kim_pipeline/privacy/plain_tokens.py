"""What linkage tokens say before they are keyed: plaintext that lives in memory only (KTS-1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import Coded, coded_map
from kim_pipeline.privacy.composites import BirthDates
from kim_pipeline.privacy.link_fields import link_field
from kim_pipeline.privacy.names import Names, name_table
from kim_pipeline.privacy.normalise import house_number, postcode, street
from kim_pipeline.privacy.other_names import FAMILY, GIVEN, OtherNames, listed_other_names

AZR_DIGITS = 12
_LIMITS = {"year": (1850, 2150), "month": (1, 12), "day": (1, 31)}


@dataclass(frozen=True)
class PlainTokens:
    """The parts of all tokens, row by row; `texts` also holds `road`, `number` and `behind`.

    `behind` is a house number that stands behind the street instead of in its own field.
    """

    names: Names
    texts: Mapping[str, Coded]
    born: BirthDates
    others: OtherNames


def plain_tokens(fields: pa.Table) -> PlainTokens:
    """Bring every field to the one spelling that its token is made of.

    `fields` has the columns of LINK_FIELDS; any but `record_pseudonym` may be absent. Impossible
    parts of birth dates count as missing, and so does whatever needs them.
    """
    others = listed_other_names(fields)
    names = {
        "given": link_field(fields, "given"),
        "family": link_field(fields, "family"),
        "pob": link_field(fields, "birth_place"),
        GIVEN: others.given,
        FAMILY: others.family,
    }
    read: dict[str, tuple[str, Callable[[str], str | None]]] = {
        "plz": ("postcode", postcode),
        "road": ("street", street),
        "behind": ("street", _number_behind),
        "number": ("house_number", house_number),
        "nat": ("nationality", _trimmed),
        "sex": ("sex", _trimmed),
    }
    texts = {name: coded_map(how, link_field(fields, of)) for name, (of, how) in read.items()}
    texts["azr"] = Coded(_azr_numbers(link_field(fields, "azr_number")))
    born = BirthDates(*(_number(fields, part) for part in _LIMITS))
    return PlainTokens(name_table(names), texts, born, others)


def _number(fields: pa.Table, part: str) -> Any:
    number = link_field(fields, f"birth_{part}").cast(pa.int64())
    low, high = (pa.scalar(limit, pa.int64()) for limit in _LIMITS[part])
    possible = pc.and_(pc.greater_equal(number, low), pc.less_equal(number, high))
    return pc.if_else(possible, number, pa.scalar(None, pa.int64()))


def _number_behind(text: str) -> str | None:
    return house_number(None, text)


def _trimmed(text: str) -> str | None:
    return text.strip().lower() or None


def _azr_numbers(texts: Any) -> Any:
    digits = pc.replace_substring_regex(texts, "[^0-9]", "")
    whole = pc.equal(pc.binary_length(digits), pa.scalar(AZR_DIGITS, pa.int32()))
    return pc.if_else(whole, digits, pa.scalar(None, pa.string()))
