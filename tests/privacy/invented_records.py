"""Invented link fields and the tokens one would compute for them singly."""

import uuid
from datetime import date
from typing import Any

import pyarrow as pa
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from kim_pipeline.privacy.epochs import epochs_of
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.token_sets import (
    TOKEN_SETS,
    token_sets,
)

MONTH, LATER, NEXT_YEAR = date(2026, 10, 1), date(2026, 11, 1), date(2027, 1, 1)
EPOCHS = epochs_of(MONTH)

PERSON: dict[str, Any] = {
    "record_pseudonym": str(uuid.UUID(int=1)),
    "given": "Amina Nour",
    "family": "Al-Muster",
    "other_family": ["Beispiel"],
    "alias_given": ["Anna"],
    "alias_family": ["Probe"],
    "birth_year": 1990,
    "birth_month": 5,
    "birth_day": 12,
    "birth_place": "Musterhausen",
    "nationality": "475",
    "sex": "w",
    "street": "Bahnstr.",
    "house_number": "7 B",
    "postcode": "40822",
    "azr_number": "150101 123456",
    "same_as": [str(uuid.UUID(int=2))],
    "not_same_as": None,
    "nationality_group": "SY",
}
SINGLE = [field.name for field in TOKEN_SETS if field.type == pa.int64()]
OTHERS = {name for name in TOKEN_SETS.names if name.startswith("other_")}
LISTS = [field.name for field in TOKEN_SETS if field.type == pa.list_(pa.int64())]


def fields(*people: dict[str, Any]) -> pa.Table:
    rows = [
        PERSON | {"record_pseudonym": str(uuid.UUID(int=number + 1))} | person
        for number, person in enumerate(people)
    ]
    return pa.Table.from_pylist(rows, LINK_FIELDS)


def tokens(keyring: Keyring, *people: dict[str, Any]) -> list[dict[str, Any]]:
    return token_sets(fields(*people), keyring, EPOCHS).to_pylist()


def token(keyring: Keyring, key_label: str, content: str) -> int:
    return mac(keyring, key_label, content.encode())


def composite(keyring: Keyring, key_label: str, *words: int) -> int:
    message = b"".join(word.to_bytes(8, "little", signed=True) for word in words)
    return mac(keyring, key_label, message)


def mac(keyring: Keyring, key_label: str, message: bytes) -> int:
    made = CMAC.new(keyring.link_key(key_label, EPOCHS.link).secret, message, ciphermod=AES)
    return int.from_bytes(made.digest()[:8], "little", signed=True)
