"""At the hub: whether sealed tokens tell of no more than the approval covers.

What was keyed at the authority cannot be read here, but it can be empty: a token is where a field
is, and a field that nobody may process leaves none.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa
from Crypto.Random import get_random_bytes

from kim_pipeline.errors import LegalError
from kim_pipeline.privacy.epochs import Epochs
from kim_pipeline.privacy.key_derivation import KEY_BYTES
from kim_pipeline.privacy.key_domains import LINK
from kim_pipeline.privacy.key_file import RootKey, Stretching
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.token_sets import token_sets
from sources.contracts.tables import Table

# One invented person of whom all is known that becomes a token, also a number behind a street.
_SAMPLE = {
    "record_pseudonym": "00000000-0000-0000-0000-000000000001",
    "given": "Erika Maria",
    "family": "Mustermann Canary",
    "other_family": ["Gabler"],
    "alias_given": ["Eri"],
    "alias_family": ["Musterfrau"],
    "birth_year": 1985,
    "birth_month": 5,
    "birth_day": 7,
    "birth_place": "Musterstadt",
    "nationality": "000",
    "nationality_group": "group",
    "sex": "w",
    "azr_number": "850507012345",
    "street": "Musterweg 7",
    "house_number": "7",
    "postcode": "40822",
    "same_as": ["a"],
    "not_same_as": ["b"],
}
_FIELDS = {
    "birth_date": ("birth_year", "birth_month", "birth_day"),
    "alias": ("alias_given", "alias_family"),
    "nationality": ("nationality", "nationality_group"),
}


def check_tokens_approved(tokens: pa.Table, table: Table, where: str) -> None:
    """Check that the tokens of a person table are made of approved fields alone.

    Raises LegalError naming how many kinds of tokens are not, never a value.
    """
    if all(field.approved for field in table.fields):
        return
    roles = [
        rule.role or ""
        for field in table.fields
        if field.approved
        for rule in field.rules_named("link")
    ]
    possible = possible_tokens(frozenset(roles))
    beyond = [
        name
        for name in tokens.column_names
        if name not in possible and tokens[name].null_count < tokens.num_rows
    ]
    if beyond:
        raise LegalError(
            f"{where}: sealed with {len(beyond)} kinds of tokens of fields beyond its approval; "
            "give the authority the approval: kim seal --approvals FILE"
        )


@cache
def possible_tokens(roles: frozenset[str]) -> frozenset[str]:
    """Name the columns of tokens that fields of these roles can fill: those that a sample fills."""
    names = {name for role in roles for name in _FIELDS.get(role, (role,))} | {"record_pseudonym"}
    known = {name: value if name in names else None for name, value in _SAMPLE.items()}
    made = token_sets(pa.Table.from_pylist([known], LINK_FIELDS), _passing_key(), Epochs("x", "x"))
    return frozenset(name for name in made.column_names if not made[name].null_count)


def _passing_key() -> Keyring:
    """Make up a link key that lives as long as it is used."""
    root = RootKey(LINK, LINK, "", False, Stretching(1, 1, 1, b""), get_random_bytes(KEY_BYTES))
    return Keyring({LINK: root}, demo=False)
