"""Our linkage: on tokens, on tokens without strong numbers, and on the plaintext behind them."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.linkage.coded_plaintext import coded
from benchmarks.linkage.found import Found, Ints
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import FIELDS, TOKENS, LinkSet
from kim_pipeline.linkage.link import LinkResult, link_month
from kim_pipeline.linkage.model import LinkModel, shipped_model
from kim_pipeline.linkage.training import train_model

MONTH = date(2026, 1, 1)
KEY = bytes(range(32))
NUMBERS = ("azr", "same_as", "not_same_as")
EDGES, ESTIMATES = "ours.edges.parquet", "ours.estimates.json"


def from_tokens(data: LinkSet, usage: Usage) -> Found:
    """Link the tokens with the stored model; no truth, no training."""
    with usage.part("read"):
        tokens = data.read(TOKENS)
    result = _link(tokens, shipped_model(), usage)
    _keep_for_judging(result, data.folder)
    return found(result, data)


def trained(data: LinkSet, usage: Usage) -> Found:
    """Link the tokens with a model learnt from these very tokens, as a Kreis does now and then."""
    with usage.part("read"):
        tokens = data.read(TOKENS)
    with usage.part("train"):
        model = train_model(tokens)
    return found(_link(tokens, model, usage), data)


def without_numbers(data: LinkSet, usage: Usage) -> Found:
    """Link the tokens as if no office knew an AZR number or pointed to another record."""
    with usage.part("read"):
        tokens = {name: _without(table) for name, table in data.read(TOKENS).items()}
    return found(_link(tokens, shipped_model(), usage), data)


def from_plaintext(data: LinkSet, usage: Usage) -> Found:
    """Link the same features in plaintext, with a model that Splink learns from that plaintext.

    What is lost against `from_tokens` is lost by keying, padding and the stored model; by nothing
    else.
    """
    with usage.part("read"):
        plain = coded(data.read(FIELDS))
    with usage.part("train"):
        model = train_model(plain)
    return found(_link(plain, model, usage), data)


def found(result: LinkResult, data: LinkSet) -> Found:
    """Give the kept edges and the clusters of a run by position."""
    edges = result.edges[result.edges["kept"]]
    left, right = positions(edges, "_l", data.records), positions(edges, "_r", data.records)
    names = data.records[["source", "record_pseudonym"]]
    linked = names.merge(result.links, on=["source", "record_pseudonym"], how="left")
    labels = np.asarray(pd.factorize(linked["person_id"])[0], dtype=np.int64)
    return Found(left, right, np.ones(len(left)), {1.0: labels}, label_free=True)


def positions(edges: pd.DataFrame, side: str, records: pd.DataFrame) -> Ints:
    """Find the records of one side of the edges among all records."""
    place = records[["source", "record_pseudonym"]].reset_index(names="position")
    wanted = edges[["source" + side, "record" + side]].set_axis(
        ["source", "record_pseudonym"], axis=1
    )
    return np.asarray(wanted.merge(place, how="left")["position"], dtype=np.int64)


def _link(tokens: Mapping[str, pa.Table], model: LinkModel, usage: Usage) -> LinkResult:
    with usage.part("link"):
        return link_month(tokens, pd.DataFrame(), MONTH, model, KEY)


def _without(table: pa.Table) -> pa.Table:
    for name in NUMBERS:
        place = table.column_names.index(name)
        kind = table.schema.field(name).type
        table = table.set_column(place, name, pa.nulls(table.num_rows, kind))
    return table


def _keep_for_judging(result: LinkResult, folder: Path) -> None:
    """Keep the probabilities, for the threshold that truth would have chosen, and the estimates."""
    result.edges.to_parquet(folder / EDGES)
    estimates = getattr(result.summary, "quality", ())
    text = json.dumps([asdict(estimate) for estimate in estimates])
    (folder / ESTIMATES).write_text(text, encoding="utf-8")
