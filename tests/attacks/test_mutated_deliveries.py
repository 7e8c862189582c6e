"""Good deliveries changed at random: taken in whole, or refused in one line that quotes nothing."""

import random
import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest
from good_deliveries import CASES, JOBS, MONTH, OFFICE, lay_month
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings, read_settings
from sources.contracts.delivery_rules import RULES
from sources.incoming.pseudonymise import discard_incoming, pseudonymise, read_incoming
from sources.receiving.earlier import Taken
from sources.receiving.intake import pull

# Every mutated delivery is a first one: what came before counts for nothing.
NOTHING = Taken(frozenset(), {})
CONTRACTS = {contract.source: contract for contract in (OFFICE, JOBS, CASES)}
SOURCES = tuple(CONTRACTS)
# Words of the contract and of our own messages; what else a message says could be a value.
OUR_WORDS = re.compile(r"[A-Za-zÄÖÜäöüß_]{5,}|\d{5,}")
PIECES = (b";", b'"', b"\r\n", b"\n", b"\0", b"\xff", b"<", b">", b"&", b"]]>", b"=", b"'", b"\xef")


@dataclass(frozen=True)
class Office:
    """An installation, its good deliveries, and every longer word and number in them."""

    settings: Settings
    keyring: Keyring
    good: Path
    values: frozenset[str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("mutated")
    home = folder / "home"
    home.mkdir()
    settings = read_settings({"KIM_HOME": str(home), "KIM_KEYS": str(folder / "no-keys")})
    init_keys(settings.demo_keys, SOURCES, b"", demo=True)
    good = folder / "good"
    lay_month(good, MONTH)
    text = "".join(
        path.read_bytes().decode(encoding, "ignore")
        for path, encoding in (
            *((p, "utf-8") for p in good.rglob("*.csv")),
            *((p, "cp1252") for p in good.rglob("*.xml")),
            *((p, "utf-8") for p in good.rglob("*.sqlite")),
        )
    )
    values = frozenset(OUR_WORDS.findall(text)) - _of_contracts()
    return Office(settings, load_keyring(settings, SOURCES, demo_allowed=True), good, values)


def _of_contracts() -> set[str]:
    """List the words that are agreed: names of tables, columns, elements, and codes."""
    said = "".join(contract.path.read_text("utf-8") for contract in CONTRACTS.values())
    return set(OUR_WORDS.findall(said))


def _mutate(whole: bytes, chance: random.Random) -> bytes:
    """Change a file as disks, networks, editors and spreadsheet programs do."""
    start, end = sorted(chance.randrange(len(whole) + 1) for _ in range(2))
    short = start + min(end - start, chance.randrange(1, 60))
    lines = whole.split(b"\n")
    line = chance.randrange(len(lines))
    ways = (
        lambda: whole[:start],
        lambda: whole[start:],
        lambda: whole[:start] + whole[end:],
        lambda: whole[:start] + whole[short:],
        lambda: whole[:end] + whole[start:end] + whole[end:],
        lambda: whole[:start] + chance.choice(PIECES) + whole[start:],
        lambda: whole[:start] + chance.randbytes(short - start) + whole[short:],
        lambda: whole[:start] + bytes([chance.randrange(256)]) + whole[start + 1 :],
        lambda: b"\n".join([*lines[:line], *lines[line + 1 :]]),
        lambda: b"\n".join([*lines[:line], lines[line], *lines[line:]]),
        lambda: b"\n".join([*lines[:line], lines[line][::-1], *lines[line + 1 :]]),
        lambda: b"\n".join([lines[0], *chance.sample(lines[1:], len(lines) - 1)]),
        lambda: whole.replace(*(chance.choice(PIECES) for _ in range(2))),
        whole.upper,
        lambda: whole.decode("utf-8", "replace").encode("cp1252", "replace"),
        lambda: whole.decode("cp1252", "replace").encode("utf-8"),
        lambda: unicodedata.normalize("NFD", whole.decode("utf-8", "replace")).encode(),
        lambda: whole.decode("utf-8", "replace").encode("utf-16"),
    )
    return chance.choice(ways)()


def _check(office: Office, source: str, name: str, seed: int, times: int) -> None:
    """Mutate one file, take the delivery in, and look at what came of it."""
    folder = office.settings.inbox / source / f"{MONTH:%Y-%m}"
    shutil.rmtree(office.settings.inbox, ignore_errors=True)
    shutil.copytree(office.good / source, office.settings.inbox / source)
    chance, path = random.Random(seed), folder / name
    for _ in range(times):
        path.write_bytes(_mutate(path.read_bytes(), chance))
    contract = CONTRACTS[source]
    try:
        pulled = pull(contract, MONTH, office.settings, office.keyring, NOTHING)
        incoming = pseudonymise(contract, pulled, office.settings, office.keyring)
    except DeliveryError as error:
        _check_message(str(error), error.rule, office.values)
        assert not [*office.settings.incoming.rglob("*.parquet")]
    else:
        for table, counts in incoming.tables.items():
            rows = read_incoming(office.settings, source, MONTH, table)
            assert rows.num_rows == counts.rows_accepted
            refused = sum(rejection.count for rejection in counts.rejections)
            assert counts.rows_read == counts.rows_accepted + counts.rows_withheld + refused
    finally:
        discard_incoming(office.settings, source, MONTH)
        shutil.rmtree(office.settings.landing, ignore_errors=True)


def _check_message(message: str, rule: str | None, values: frozenset[str]) -> None:
    assert rule in RULES, message
    assert "\n" not in message
    plain = message.replace(str(MONTH.year), "")
    assert set(OUR_WORDS.findall(plain)) & values == set(), message


FILES = (
    *((OFFICE.source, table.delivered) for table in OFFICE.tables),
    (OFFICE.source, "manifest.json"),
    (JOBS.source, "xsozial.xml"),
    (JOBS.source, "manifest.json"),
    (CASES.source, "case_management.sqlite"),
)
MUTATIONS = given(file=st.sampled_from(FILES), seed=st.integers(0, 2**32), times=st.integers(1, 3))
ANY_TIME = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@given_settings(max_examples=50, derandomize=True, **ANY_TIME)
@MUTATIONS
def test_fifty_mutations_end_well(
    office: Office, file: tuple[str, str], seed: int, times: int
) -> None:
    _check(office, *file, seed, times)


@pytest.mark.long
@given_settings(max_examples=1000, **ANY_TIME)
@MUTATIONS
def test_a_thousand_mutations_end_well(
    office: Office, file: tuple[str, str], seed: int, times: int
) -> None:
    _check(office, *file, seed, times)
