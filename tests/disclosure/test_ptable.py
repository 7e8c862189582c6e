"""The frozen table: an altered file is refused, and lookups equal those of other programs."""

import csv
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from kim_pipeline.disclosure.ptable import CONTENT, PerturbationTable, parse_ptable
from kim_pipeline.disclosure.ptable_maker import SCALE, Parameters, make_rows, thresholds
from kim_pipeline.errors import DisclosureError

VECTORS = Path(__file__).with_name("vectors")


def rows_of(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open() as file:
        return list(csv.DictReader(file))


def test_an_altered_table_is_refused() -> None:
    content = resources.files("kim_pipeline.disclosure").joinpath("ptable.json").read_bytes()
    assert parse_ptable(content, CONTENT).top == 10
    with pytest.raises(DisclosureError, match="altered"):
        parse_ptable(content.replace(b"-7", b"-6", 1), CONTENT)


def test_the_cellkey_example_has_no_mismatch_in_21_cells() -> None:
    made = make_rows(Parameters(5, 3, 2, stay=0.5))
    table = PerturbationTable(
        "cellKey example",
        5,
        2,
        tuple(np.array(row.noise) for row in made),
        tuple(np.array(thresholds(row), np.uint64) for row in made),
    )
    records = [(r["sex"], r["age"], int(r["k"])) for r in rows_of("ck_record_keys.csv")]
    before = {(r["sex"], r["age"]): r for r in rows_of("ck_freqtab_sex_age.csv")}
    mismatches = 0
    cells = rows_of("ck_mod_sex_age.csv")
    for cell in cells:
        sex, age = cell["sex"], cell["age"]
        keys = [
            k
            for s, a, k in records
            if (sex == "Total" or s == sex[0]) and (age == "Total" or a == age[-1])
        ]
        key = sum(keys) % 100_000
        uniform = np.array([key * SCALE // 100_000], np.uint64)
        noise = int(table.draw(np.array([len(keys)]), uniform)[0])
        known = before[sex, age]
        assert abs(key / 100_000 - float(cell["ckey"])) < 1e-9
        assert len(keys) == int(known["uwc"])
        mismatches += noise != int(cell["pert"]) or len(keys) + noise != int(known["puwc"])
    assert (len(cells), mismatches) == (21, 0)


def test_the_ons_example_is_a_table_with_one_noise_per_count() -> None:
    cells = rows_of("ons_ckp_var1_var5_var8.csv")
    top = max(int(cell["pre_sdc_count"]) for cell in cells)
    only = [5 * ((n + 2) // 5) - n if n >= 10 else -n for n in range(top + 1)]
    whole = np.array([SCALE], np.uint64)
    table = PerturbationTable(
        "ONS example", 9, 4, tuple(np.array([v]) for v in only), (whole,) * (top + 1)
    )
    counts = np.array([int(cell["pre_sdc_count"]) for cell in cells])
    keys = np.array([int(cell["ckey"]) * 2**55 for cell in cells], np.uint64)
    noise = table.draw(counts, keys).tolist()
    assert noise == [int(cell["pvalue"]) for cell in cells]
    published = [int(cell["count"] or 0) for cell in cells]
    assert (counts + noise).tolist() == published
