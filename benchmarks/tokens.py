"""Keyed tokens: vectorised AES-CMAC against `Crypto.Hash.CMAC`, and whole records by stage."""

import random
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from benchmarks.comparison import Comparison, Timing, compare
from kim_pipeline.privacy.batch_cmac import cmac64
from kim_pipeline.privacy.epochs import epochs_of
from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.plain_tokens import plain_tokens
from kim_pipeline.privacy.record_digest import record_digests
from kim_pipeline.privacy.token_sets import encode, key_contents, label, rekey
from kim_pipeline.settings import read_settings

VALUES = 50_000
SINGLY = 500
KEY = bytes(range(32))
MONTH = date(2026, 1, 1)
SYLLABLES = (
    "ab al am ba bek da di el fa ga ha ib jo ka kh la li ma mo na nu ol ra ri sa sh ta ö ş ć"
)


@dataclass(frozen=True)
class Comparisons:
    """Several comparisons, one table each."""

    parts: tuple[Comparison, ...]

    def render(self) -> str:
        """Write the tables below each other."""
        return "\n\n".join(part.render() for part in self.parts)


def run() -> Comparisons:
    """Compare single values, then whole records."""
    return Comparisons((single_values(), whole_records()))


def single_values() -> Comparison:
    """Compare both on composite values of about 25 bytes."""
    texts = [f"1990-01-{n % 28 + 1:02d}|skeleton{n:06d}" for n in range(VALUES)]
    column = pa.array(texts)

    def one_by_one() -> list[bytes]:
        return [CMAC.new(KEY, t.encode(), ciphermod=AES).digest()[:8] for t in texts]

    first = int.from_bytes(one_by_one()[0], "little", signed=True)
    if cmac64(KEY, column)[0].as_py() != first:
        raise AssertionError("the two ways do not give the same tokens")
    ways = {"batch_cmac": lambda: cmac64(KEY, column), "Crypto.Hash.CMAC": one_by_one}
    return compare("Tokens", VALUES, ways)


def whole_records() -> Comparison:
    """Time the whole way of records and its stages; singly, only the two keyings are done."""
    fields, epochs = invent(VALUES), epochs_of(MONTH)
    with tempfile.TemporaryDirectory() as folder:
        keyring = demo_keyring(Path(folder))
    plain = plain_tokens(fields)
    keyed = key_contents(plain, fields, keyring, epochs)
    few = keyed.slice(0, SINGLY)
    if rekeyed_singly(few, keyring) != rekey(few, keyring, epochs)["k1"].to_pylist():
        raise AssertionError("the two ways do not give the same tokens")
    stages: dict[str, Callable[[], object]] = {
        "encode: whole way": lambda: encode(fields, keyring, MONTH),
        "  normalise": lambda: plain_tokens(fields),
        "  key": lambda: key_contents(plain, fields, keyring, epochs),
        "  rekey and digest": lambda: rekey(keyed, keyring, epochs),
        "    digest": lambda: record_digests(keyed, keyring.hub_key("digest").secret),
    }
    timed = compare("Records of 40 columns", VALUES, stages)
    count = sum(tokens_in(few[name]) for name in few.column_names)
    singly = compare("", SINGLY, {"": lambda: key_singly(2 * count)}).timings[0].seconds
    last = Timing("Crypto.Hash.CMAC per token, twice", singly * VALUES / SINGLY)
    return replace(timed, timings=(*timed.timings, last))


def demo_keyring(folder: Path) -> Keyring:
    """Make demo keys in an empty folder and open them."""
    settings = read_settings({"KIM_HOME": str(folder / "home"), "KIM_KEYS": str(folder / "keys")})
    init_keys(settings.demo_keys, [], b"", demo=True)
    return load_keyring(settings, [], demo_allowed=True)


def invent(count: int, seed: int = 1) -> pa.Table:
    """Invent link fields: about half of the given and a third of the family names are distinct."""
    rng = random.Random(seed)  # noqa: S311 - invented data, no secret
    syllables = SYLLABLES.split()

    def names(distinct: int) -> list[str]:
        return ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(distinct)]

    given, family, streets = names(count // 2), names(count // 3), names(800)
    rows = [
        {
            "record_pseudonym": str(uuid.UUID(int=rng.getrandbits(128))),
            "given": " ".join(rng.choices(given, k=rng.randint(1, 2))),
            "family": rng.choice(family),
            "other_family": [rng.choice(family)] if rng.random() < 0.2 else None,
            "alias_given": [rng.choice(given)] if number % 20 == 0 else None,
            "alias_family": [rng.choice(family)] if number % 20 == 0 else None,
            "birth_year": rng.randint(1930, 2025),
            "birth_month": rng.randint(1, 12),
            "birth_day": rng.randint(1, 28),
            "birth_place": rng.choice(streets),
            "nationality": str(rng.randint(100, 160)),
            "sex": rng.choice("mw"),
            "street": rng.choice(streets),
            "house_number": str(rng.randint(1, 90)),
            "postcode": str(40700 + rng.randint(0, 30)),
            "azr_number": f"{rng.randint(0, 10**12 - 1):012}",
            "nationality_group": "SYRIA",
        }
        for number in range(count)
    ]
    return pa.Table.from_pylist(rows, LINK_FIELDS).sort_by("record_pseudonym")


def tokens_in(column: pa.ChunkedArray) -> int:
    """Count the tokens of a column."""
    whole = column.combine_chunks()
    if pa.types.is_list(whole.type):
        whole = whole.flatten()
    return len(whole) - whole.null_count if pa.types.is_integer(whole.type) else 0


def key_singly(count: int) -> None:
    """Compute one CMAC of 8 bytes after another."""
    for number in range(count):
        CMAC.new(KEY, number.to_bytes(8, "little"), ciphermod=AES).digest()


def rekeyed_singly(tokens: pa.Table, keyring: Keyring) -> list[int | None]:
    """Key one column again, token by token."""
    key = keyring.hub_key(label("k1"), epochs_of(MONTH).hub).secret
    found: list[int | None] = []
    for token in tokens["k1"].to_pylist():
        message = token.to_bytes(8, "little", signed=True)
        tag = CMAC.new(key, message, ciphermod=AES).digest()[:8]
        found.append(int.from_bytes(tag, "little", signed=True))
    return found
