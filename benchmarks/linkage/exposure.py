"""What a thief of the stored tables could read with a plaintext list, column by column.

Everything is attacked with a perfect list of the same population; where rank is all there is, also
with the list of another invented population. For comparison the token columns of a link run, which
are gone when the run ends.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.linkage.attack import Exposure, attack, classes
from benchmarks.linkage.county import make_county
from benchmarks.linkage.found import load_found
from benchmarks.linkage.fresh_process import run_module
from benchmarks.linkage.link_set import FIELDS, STAGED, TOKENS, LinkSet
from benchmarks.linkage.ours import EDGES
from benchmarks.linkage.plaintext import plain_features
from kim_pipeline.linkage.model import shipped_model
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.score import score_pairs

SOURCE = "immigration_office"
KEYED = ("_pseudonym", "_key", "record_", "finding_")
HEAD = (
    f"{'column':<58}{'values':>9}{'read, same list':>17}{'ten commonest':>15}"
    f"{'read, other list':>18}{'singled out':>13}"
)


def expose(scale: float, seeds: tuple[int, int]) -> Iterator[str]:
    """Attack one population with itself and with another; tell as it goes."""
    with tempfile.TemporaryDirectory() as name:
        mine, other = (make_county(Path(name) / str(seed), scale, seed) for seed in seeds)
        run_module("benchmarks.linkage.way", "ours", mine.folder)
        yield f"kept after a run: keys, register, ledger ({len(mine.records)} records)\n{HEAD}"
        yield "\n".join([*_names(mine), *_ledger(mine)])
        yield f"\nkept after a run: staging, in the clear ({SOURCE})\n{HEAD}"
        yield "\n".join(_staged(mine))
        yield f"\ngone after a run: tokens ({SOURCE})\n{HEAD}"
        yield "\n".join(_tokens(mine, other))


def _names(data: LinkSet) -> list[str]:
    """Attack what is keyed and kept for every record."""
    names = pd.Series(data.records["record_pseudonym"])
    persons = pd.Series(load_found(data.folder, "ours").groups[1.0])
    fields = data.read(FIELDS)[SOURCE].drop_columns(["record_pseudonym"]).to_pandas()
    contents = _together(fields)
    return [
        _line("record_pseudonym", attack(names, names)),
        _line("digest of a record's tokens", attack(contents, contents)),
        _line("person_id (by its number of records)", attack(persons, persons)),
    ]


def _ledger(data: LinkSet) -> list[str]:
    """Compare what an edge says with what the thief computes himself from a perfect list.

    The weight as computed is not kept; it shows why the ledger holds whole bits.
    """
    edges = pd.read_parquet(data.folder / EDGES).query("kept")
    shown = ["source_l", "source_r", "weight", "probability"]
    pairs = score_pairs(arrange(data.read(TOKENS)), shipped_model())
    labels = load_found(data.folder, "ours").groups[1.0]
    together = labels[pairs.l] == labels[pairs.r]
    many = np.bincount(np.concatenate([pairs.l, pairs.r]), minlength=len(labels))
    return [
        _line("edge: weight", classes(edges["weight"])),
        _line("edge: probability", classes(edges["probability"])),
        _line("edge: sources, weight and probability", classes(_together(edges[shown]))),
        _line("(not kept: weight as computed)", classes(pd.Series(pairs.weight[together]))),
        _line("pair memory: candidate pairs of a record", classes(pd.Series(many))),
    ]


def _staged(data: LinkSet) -> list[str]:
    """Take the attributes that staging holds as they stand, one by one and all together."""
    table = data.read(STAGED)[SOURCE]
    shown = [name for name in table.column_names if not any(part in name for part in KEYED)]
    frame = table.select(shown).to_pandas()
    lines = [_line(name, classes(frame[name])) for name in shown]
    return [*lines, _line("all of these together", classes(_together(frame)))]


def _together(frame: pd.DataFrame) -> pd.Series:
    """Number the distinct rows; what is missing counts as a value."""
    return frame.map(str).groupby(list(frame.columns)).ngroup()


def _tokens(mine: LinkSet, other: LinkSet) -> list[str]:
    """Attack every single-valued token column with both lists."""
    own, foreign = _texts(mine), _texts(other)
    return [
        _line(name, attack(column, column), attack(column, foreign[name]))
        for name, column in own.items()
    ]


def _texts(data: LinkSet) -> dict[str, pd.Series]:
    """Give the plaintext behind the single-valued token columns of the largest source."""
    table = plain_features({SOURCE: data.read(FIELDS)[SOURCE]})[SOURCE]
    return {
        name: table[name].to_pandas()
        for name in table.column_names
        if pa.types.is_large_string(table[name].type)
    }


def _line(name: str, same: Exposure, other: Exposure | None = None) -> str:
    foreign = "" if other is None else f"{100 * other.read:.2f} %"
    return (
        f"{name:<58}{same.values:>9}{f'{100 * same.read:.2f} %':>17}"
        f"{f'{100 * same.commonest:.2f} %':>15}{foreign:>18}{f'{100 * same.singled_out:.2f} %':>13}"
    )
