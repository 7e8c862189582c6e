"""The county set: invented deliveries of one month, taken in the way real ones are.

A scale above 1 is a row of Kreise, each invented, taken in and forgotten in a process of its own,
so that memory does not grow with the scale.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path

from benchmarks.linkage.fresh_process import Usage, run_module
from benchmarks.linkage.keys import demo_keyring, settings_in
from benchmarks.linkage.link_set import LinkSet
from kim_pipeline.commands.simulate import place
from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import Settings
from kim_pipeline.simulation.deliveries import Plan, persons_at
from sources.contracts.contract import load_contracts

USAGE = "usage.json"


def make_county(
    folder: Path, scale: float, seed: int, errors: float = 1.0, processes: int = 1
) -> LinkSet:
    """Invent a Kreis (scale 1), a part or a multiple of it, and take its first month in."""
    folder.mkdir(parents=True)
    settings = settings_in(folder)
    demo_keyring(settings, [contract.source for contract in load_contracts()])

    def block(index: int) -> Usage:
        numbers = map(str, (scale, seed, errors, index))
        return run_module("benchmarks.linkage.county_block", folder, *numbers)

    with ThreadPoolExecutor(processes) as pool:
        usages = list(pool.map(block, range(len(plan(settings, scale, seed, errors).sizes))))
    text = json.dumps([asdict(usage) for usage in usages])
    (folder / USAGE).write_text(text, encoding="utf-8")
    return LinkSet(folder)


def plan(settings: Settings, scale: float, seed: int, errors: float) -> Plan:
    """Say what is invented."""
    kreis = read_kreis(settings.config)
    return Plan(place(kreis), persons_at(scale), kreis.first_month, 1, seed, errors)


def intake_usages(folder: Path) -> list[Usage]:
    """Give what the blocks of a set have taken to invent, read and encode."""
    return [Usage(**one) for one in json.loads((folder / USAGE).read_text("utf-8"))]


def first_month(settings: Settings) -> date:
    """Give the month that is linked."""
    return read_kreis(settings.config).first_month
