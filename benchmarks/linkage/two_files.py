"""Two files of people that others made or spoilt, as a set to link: plain fields and our tokens."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from benchmarks.linkage.clk import run_peer
from benchmarks.linkage.county import first_month, make_county
from benchmarks.linkage.keys import demo_keyring, settings_in
from benchmarks.linkage.link_set import FIELDS, LinkSet
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.privacy.token_sets import encode

FILES = ("a", "b")
SEED = 7


@contextmanager
def febrl() -> Iterator[LinkSet]:
    """Give FEBRL4: 5,000 invented Australians twice, the second time with errors."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_peer("febrl_files.py", folder)
        yield _set_of(folder)


@contextmanager
def corrupted(scale: float, seed: int) -> Iterator[LinkSet]:
    """Give invented people of our simulation, spoilt twice by another's library."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = _people(make_county(folder / "county", scale, seed))
        parquet.write_table(people, folder / "clean.parquet")
        shutil.rmtree(folder / "county")
        run_peer("corrupted_copies.py", folder, str(seed))
        yield _set_of(folder)


def _people(data: LinkSet) -> pa.Table:
    """Take one record of each person from the immigration office as that person's clean self."""
    source = "immigration_office"
    fields = data.read(FIELDS)[source]
    persons = data.records.query("source == @source")["person"].to_numpy()
    rows = np.sort(np.unique(persons, return_index=True)[1])
    date = pc.binary_join_element_wise(
        *(
            pc.utf8_lpad(fields[f"birth_{part}"].cast(pa.string()), width, "0")
            for part, width in (("year", 4), ("month", 2), ("day", 2))
        ),
        "-",
    )
    names = ("given", "family", "birth_place", "sex", "nationality", *("street", "house_number"))
    columns = {name: fields[name].cast(pa.string()) for name in (*names, "postcode")}
    table = pa.table({"person": pa.array(persons), "birth_date": date, **columns}).take(rows)
    return table.filter(pc.and_(pc.is_valid(table["given"]), pc.is_valid(table["family"])))


def _set_of(folder: Path) -> LinkSet:
    settings = settings_in(folder)
    keyring = demo_keyring(settings, FILES)
    month = first_month(settings)
    data = LinkSet(folder / "set")
    data.folder.mkdir()
    for source in FILES:
        table = parquet.read_table(folder / f"{source}.parquet")
        fields = _fields(table, keyring.pseudonym_key(source))
        names = {"record_pseudonym": fields["record_pseudonym"], "person": table["person"]}
        data.write(source, fields, encode(fields, keyring, month), pa.table(names))
    return data


def _fields(table: pa.Table, key: Key) -> pa.Table:
    parts = pc.split_pattern(table["birth_date"].cast(pa.string()), "-").combine_chunks()
    numbers = [pc.list_element(parts, place).cast(pa.int32()) for place in range(3)]
    birth = dict(zip(("birth_year", "birth_month", "birth_day"), numbers, strict=True))
    rows = pa.array([str(n) for n in range(table.num_rows)])
    columns: dict[str, object] = {"record_pseudonym": pseudonyms(rows, key, "person"), **birth}
    for field in LINK_FIELDS:
        if field.name not in columns:
            found = table[field.name] if field.name in table.column_names else None
            columns[field.name] = (
                pa.nulls(table.num_rows, field.type) if found is None else found.cast(field.type)
            )
    return pa.table(columns)
