"""Invented people and their token records, with known disagreements between the offices."""

import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.records import COLUMNS, column_type
from kim_pipeline.linkage.training import train_model

HEADS = (
    "ab adan bar ber cor dal el fa gor han ir jo ka la mar nor om pe ra sa schu ta u va wi yo za"
)
TAILS = "bek da dan dian fa ga ier ik ilo kan la lin man nes ova ra rim schin sen ta tor van wa zig"
GROUPS = ("EU", "TURKEY", "UKRAINE", "OTHER")
SOURCES = ("case_management", "immigration_office", "job_centre")


@dataclass(frozen=True)
class Person:
    """Plain values of one invented person as one office writes them."""

    number: int
    given: str
    family: str
    born: date | None
    street: str = "Am Rain 1"
    plz: str = "40001"
    pob: str = "Ort"
    nat: str = "475"
    sex: str = "w"
    azr: str | None = None
    former: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()


@cache
def token(label: str, *values: str) -> int:
    """Stand in for a keyed token: a fixed 63-bit number per label and value."""
    return random.Random("|".join((label, *values))).getrandbits(63)


def canon(name: str) -> str:
    return name.replace("sch", "sh").replace("ie", "i").replace("w", "v").replace("y", "i")


def skeleton(name: str) -> str:
    kept = [c for c in canon(name) if c not in "aeiou "]
    return "".join(c for i, c in enumerate(kept) if i == 0 or kept[i - 1] != c)


def near(name: str) -> list[int]:
    forms = {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}
    return sorted(token("del", form) for form in forms)


def name_tokens(column: str, name: str) -> dict[str, Any]:
    words = name.split()
    return {
        column: token("name", name),
        f"{column}_canon": token("canon", canon(name)),
        f"{column}_words": sorted({token("word", canon(w)) for w in words}),
        f"{column}_del1": near(canon(name)),
        f"{column}_skel": token("skel", skeleton(name)),
        f"{column}_skel1": token("skel", skeleton(words[0])),
    }


def birth_tokens(born: date | None) -> dict[str, Any]:
    if born is None:
        return {}
    d, m, y = f"{born:%d}", f"{born:%m}", f"{born:%Y}"
    return {
        "dob": token("dob", y, m, d),
        "dob_swapped": token("dob", y, d, m),
        "dob_my": token("my", m, y),
        "dob_dy": token("dy", d, y),
        "dob_dm": token("dm", d, m),
    }


def key_tokens(p: Person) -> dict[str, int]:
    given, family = skeleton(p.given.split()[0]), skeleton(p.family.split()[0])
    both = "+".join(sorted((given, family)))
    keys = {"k5": ("k5", p.plz, p.street, given)}
    if p.born:
        full, year, day = p.born.isoformat(), str(p.born.year), f"{p.born:%d%m}"
        keys |= {
            "k1": ("k1", full, given),
            "k2": ("k2", full, family),
            "k3": ("k3", given, family, year),
            "k4": ("k4", given, family, day),
            "k6": ("k6", full, both),
            "k7": ("k7", full, p.plz),
            "k8": ("k8", both, year, full[5:7]),
        }
    return {name: token(*parts) for name, parts in keys.items()}


def pseudonym(source: str, number: int, copy: int = 0) -> str:
    return str(uuid.UUID(int=random.Random(f"{source}/{number}/{copy}").getrandbits(128)))


def row(source: str, p: Person, copy: int = 0) -> dict[str, Any]:
    values = (
        dict.fromkeys(COLUMNS) | name_tokens("given", p.given) | name_tokens("family", p.family)
    )
    values |= birth_tokens(p.born) | key_tokens(p)
    return values | {
        "record_pseudonym": pseudonym(source, p.number, copy),
        "digest": random.Random(repr(p)).randbytes(16),
        "other_family": sorted(token("canon", canon(name)) for name in p.former),
        "addr": token("addr", p.plz, p.street),
        "street": token("street", p.plz, p.street.rsplit(" ", 1)[0]),
        "plz": token("plz", p.plz),
        "pob": token("pob", p.pob),
        "nat": token("nat", p.nat),
        "nationality_group": GROUPS[int(p.nat) % len(GROUPS)],
        "sex": token("sex", p.sex),
        "azr": token("azr", p.azr) if p.azr else None,
        "same_as": list(p.same_as),
        "not_same_as": list(p.not_same_as),
    }


def table(rows: list[dict[str, Any]]) -> pa.Table:
    schema = pa.schema([pa.field(column, column_type(column)) for column in COLUMNS])
    return pa.Table.from_pylist(rows, schema=schema)


@dataclass(frozen=True)
class Invented:
    """Token tables per source and the person behind every record."""

    tokens: dict[str, pa.Table]
    truth: pd.DataFrame


def _word(rng: random.Random) -> str:
    return rng.choice(HEADS.split()) + rng.choice(TAILS.split())


def _person(rng: random.Random, number: int) -> Person:
    family, town = _word(rng) + rng.choice(("", "", rng.choice(TAILS.split()))), rng.randrange(10)
    born = date(rng.randrange(1950, 2022), rng.randrange(1, 13), rng.randrange(1, 29))
    return Person(
        number=number,
        given=_word(rng) + rng.choice(("", " " + _word(rng))),
        family=family,
        born=born.replace(month=1, day=1) if rng.random() < 0.06 else born,
        street=f"Weg{rng.randrange(60)} {rng.randrange(40)}",
        plz=str(40000 + town),
        pob=f"Ort{int(rng.expovariate(0.05))}",
        nat=str(int(rng.expovariate(0.3))),
        sex=rng.choice("mw"),
        azr=f"{number:012d}",
    )


def _typo(rng: random.Random, name: str) -> str:
    at = rng.randrange(1, len(name))
    return name[:at] + rng.choice("aeinrst") + name[at + 1 :]


def _written(rng: random.Random, p: Person) -> Person:
    """Write a person as another office would: older, misheard, misspelt."""
    chance = rng.random
    if chance() < 0.08:
        p = replace(p, given=_typo(rng, p.given))
    if chance() < 0.08:
        p = replace(p, family=_typo(rng, p.family))
    if chance() < 0.10:
        p = replace(p, given=p.given.replace("sch", "sh").replace("w", "v").split()[0])
    if chance() < 0.04:
        p = replace(p, family=_word(rng) + "ov", former=(p.family,))
    if chance() < 0.02:
        p = replace(p, given=p.family, family=p.given)
    if chance() < 0.15:
        p = replace(p, street=f"Weg{rng.randrange(60)} {rng.randrange(40)}")
    if chance() < 0.05 and p.born:
        p = replace(p, born=p.born.replace(day=rng.randrange(1, 29)))
    return replace(p, nat="0") if chance() < 0.05 else p


def invent(
    persons: int, seed: int = 1, spoil: Callable[[str, Person], Iterable[Person]] | None = None
) -> Invented:
    """Invent persons; two thirds are at the immigration office, others overlap in part.

    `spoil` says what becomes of each record on its way: none, one or several records.
    """
    rng, rows, truth = random.Random(seed), {source: [] for source in SOURCES}, []
    for number in range(persons):
        person = _person(rng, number)
        for source, share in zip(SOURCES, (0.15, 0.8, 0.5), strict=True):
            if rng.random() > share:
                continue
            azr = (
                person.azr
                if source == SOURCES[1] or (source == SOURCES[0] and rng.random() < 0.5)
                else None
            )
            for copy in range(2 if rng.random() < 0.01 else 1):
                written = replace(_written(rng, person), azr=azr)
                arrived = [written] if spoil is None else list(spoil(source, written))
                for more, record in enumerate(arrived):
                    rows[source].append(row(source, record, copy + 2 * more))
                    truth.append((source, pseudonym(source, number, copy + 2 * more), str(number)))
    tokens = {source: table(found) for source, found in rows.items()}
    return Invented(tokens, pd.DataFrame(truth, columns=["source", "record_pseudonym", "person"]))


def person(**values: Any) -> Person:
    """Invent one person; what is not said is the same for all."""
    usual = {"number": 1_000_001, "given": "anabel", "family": "torman", "born": date(1990, 5, 17)}
    return Person(**(usual | values))


def among(many: Invented, few: dict[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    """Put a few records among many, or every token would be frequent and say nothing."""
    return {
        source: pa.concat_tables([tokens, table(few.get(source, []))])
        for source, tokens in many.tokens.items()
    }


@pytest.fixture(scope="session")
def invented() -> Invented:
    """Invent enough records to train on."""
    return invent(600)


@pytest.fixture(scope="session")
def model(invented: Invented) -> LinkModel:
    """Train a model once."""
    return train_model(invented.tokens)


@pytest.fixture(scope="session")
def invent_people() -> Callable[..., Invented]:
    """Give the generator itself."""
    return invent


@pytest.fixture(scope="session")
def people() -> SimpleNamespace:
    """Give what makes token records of single people."""
    return SimpleNamespace(person=person, row=row, table=table, among=among)
