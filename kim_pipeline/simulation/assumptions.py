"""What is assumed where nothing is published: numbers and lotteries from one YAML table."""

from dataclasses import dataclass
from functools import cache

import yaml

from kim_pipeline.simulation.chance import Lottery, lottery_of
from kim_pipeline.simulation.tables import FOLDER


@dataclass(frozen=True)
class Assumptions:
    """The table of assumptions, by kind of value."""

    numbers: dict[str, float]
    lotteries: dict[str, Lottery[str]]
    groups: dict[str, dict[str, Lottery[str]]]
    rates: dict[str, dict[str, float]]
    lists: dict[str, tuple[str, ...]]

    def number(self, name: str) -> float:
        """Return one number."""
        return self.numbers[name]

    def draw(self, name: str) -> Lottery[str]:
        """Return one lottery."""
        return self.lotteries[name]

    def of_group(self, name: str, group: str) -> Lottery[str]:
        """Return the lottery of a group, or the one of `other`."""
        table = self.groups[name]
        return table.get(group) or table["other"]

    def rate(self, name: str, group: str) -> float:
        """Return the rate of a group, or the one of `other`."""
        table = self.rates[name]
        return table.get(group, table["other"])

    def texts(self, name: str) -> tuple[str, ...]:
        """Return one list of texts, in the order of the file."""
        return self.lists[name]


@cache
def assumptions() -> Assumptions:
    """Read `assumptions.yaml` once."""
    entries = yaml.safe_load((FOLDER / "assumptions.yaml").read_text(encoding="utf-8"))
    by_kind: dict[str, dict[str, object]] = {
        kind: {name: e["value"] for name, e in entries.items() if e["kind"] == kind}
        for kind in ("number", "lottery", "lotteries", "rates", "texts")
    }
    return Assumptions(
        numbers={name: float(str(value)) for name, value in by_kind["number"].items()},
        lotteries={name: lottery_of(value) for name, value in by_kind["lottery"].items()},  # type: ignore[arg-type]
        groups={
            name: {group: lottery_of(weights) for group, weights in value.items()}  # type: ignore[attr-defined]
            for name, value in by_kind["lotteries"].items()
        },
        rates=by_kind["rates"],  # type: ignore[arg-type]
        lists={name: tuple(value) for name, value in by_kind["texts"].items()},  # type: ignore[arg-type]
    )
