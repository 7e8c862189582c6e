"""The code lists beside the contracts: official codes with their validity, read once."""

import io
from functools import cache
from importlib.resources import files

import pyarrow as pa
from pyarrow import csv

from kim_pipeline.errors import ContractError


@cache
def code_list(name: str) -> pa.Table:
    """Read one list: all columns strings, dates as ISO text, empty cells null.

    Raises ContractError when there is no such list.
    """
    resource = files("sources").joinpath("codelists", f"{name}.csv")
    if not resource.is_file():
        raise ContractError(f"There is no code list {name}; put {name}.csv into sources/codelists.")
    content = io.BytesIO(resource.read_bytes())
    names = resource.read_text("utf-8").split("\n", 1)[0].split(",")
    strings = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    return csv.read_csv(content, convert_options=strings)


@cache
def codes(name: str) -> frozenset[str]:
    """List the codes of one list, whatever their validity."""
    return frozenset(str(code) for code in code_list(name)["code"].to_pylist())


@cache
def nationality_groups() -> dict[str, str]:
    """Map the nationality code to the group used in reports."""
    rows = code_list("nationalities").to_pylist()
    return {row["code"]: row["nationality_group"] for row in rows}


@cache
def titles() -> dict[tuple[str, str], dict[str, str | None]]:
    """Map (list, code) of residence titles to the row of the list."""
    return {(row["list"], row["code"]): row for row in code_list("residence_titles").to_pylist()}
