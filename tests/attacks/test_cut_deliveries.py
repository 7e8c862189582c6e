"""Deliveries cut off: a sealed file at every border of its chunks, a delivered one anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from good_deliveries import BEFORE, JOBS, MONTH, OFFICE, csv_of, lay_month, person

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.privacy.sealed_file import CHUNK, TAG
from kim_pipeline.settings import Settings, read_settings
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import pseudonymise
from sources.receiving.earlier import Taken
from sources.receiving.intake import pull
from sources.receiving.landing import landed

NUMBER_OF_CUTS = 25
# What was refused counts for nothing.
NOTHING = Taken(frozenset(), {})


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("cut")
    (folder / "home").mkdir()
    made = read_settings({"KIM_HOME": str(folder / "home"), "KIM_KEYS": str(folder / "none")})
    init_keys(made.demo_keys, (OFFICE.source, JOBS.source), b"", demo=True)
    lay_month(made.inbox, MONTH)
    lay_month(made.inbox, BEFORE)
    return made


@pytest.fixture(scope="module")
def keyring(settings: Settings) -> Keyring:
    return load_keyring(settings, (OFFICE.source, JOBS.source), demo_allowed=True)


def borders(path: Path) -> Iterator[int]:
    """Give every length at which a sealed file has a whole number of chunks, and its neighbours."""
    header = 8 + int.from_bytes(path.read_bytes()[4:8])
    for length in range(header, path.stat().st_size, CHUNK + TAG):
        yield from (length - 1, length, length + 1, length + TAG)


def test_a_sealed_file_cut_at_any_border_is_refused(settings: Settings, keyring: Keyring) -> None:
    folder = settings.inbox / OFFICE.source / f"{BEFORE:%Y-%m}"
    (folder / "persons.csv").write_bytes(csv_of([person(n) for n in range(1900)]))
    pulled = pull(OFFICE, BEFORE, settings, keyring)
    path = pulled.folder / pulled.files["persons"]
    whole = path.read_bytes()
    cuts = [*borders(path)]
    assert len(cuts) >= 12
    for length in cuts:
        path.write_bytes(whole[:length])
        with pytest.raises(DeliveryError, match=r"damaged in its header|cut or changed"):
            pseudonymise(OFFICE, pulled, settings, keyring)
        assert not [*settings.incoming.rglob("*.parquet")]
    path.write_bytes(whole)


@pytest.mark.parametrize(
    ("contract", "name"), [(OFFICE, "persons.csv"), (JOBS, "xsozial.xml")], ids=["csv", "xml"]
)
def test_a_delivered_file_cut_anywhere_is_half(
    settings: Settings, keyring: Keyring, contract: Contract, name: str
) -> None:
    path = settings.inbox / contract.source / f"{MONTH:%Y-%m}" / name
    whole = path.read_bytes()
    # The last line break alone may be missing: every row is there.
    lengths = [len(whole) * n // NUMBER_OF_CUTS for n in range(NUMBER_OF_CUTS)]
    for length in [*lengths, whole.rstrip().rindex(b"\n")]:
        path.write_bytes(whole[:length])
        with pytest.raises(DeliveryError) as caught:
            pseudonymise(
                contract, pull(contract, MONTH, settings, keyring, NOTHING), settings, keyring
            )
        assert caught.value.rule in ("half", "encoding", "changed_header"), length
        assert not (settings.incoming / contract.source / f"{MONTH:%Y-%m}").exists()
    path.write_bytes(whole)
    assert pseudonymise(
        contract, pull(contract, MONTH, settings, keyring, NOTHING), settings, keyring
    ).rows_accepted
    assert len(landed(settings.landing, contract.source, MONTH)) > 1
