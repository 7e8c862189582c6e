"""The tables of a written report, and which published row each of their figures says it is.

Read from the files alone: what a column or a line means is told by its heading, by the plan of the
pages and by the labels, never by the code that made the table.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kim_pipeline.indicators.labels import Labels, read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import parse_month
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.plan import Plan, Planned, read_plan

TOTAL, TOWN = "total", "town"
Key = tuple[str, str, str, str, str]
"""Indicator, breakdown, month, town, values of the dimensions besides the town, joined by +."""


@dataclass(frozen=True)
class Figure:
    """A figure as written: where, which published row it is, its number and its status in words."""

    table: str
    key: Key
    number: str
    status: str
    part: str = "value"


@dataclass(frozen=True)
class Written:
    """A CSV table: headings without units, and lines of (heading, fields by heading)."""

    name: str
    corner: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, Mapping[str, tuple[str, str]]], ...]

    @property
    def section(self) -> str:
        """Give the name of its section: what follows the page's name."""
        return re.sub(r"^(index|datenqualitaet|staedte|baustein-\d|stadt-\d+)-", "", self.name)

    @property
    def town(self) -> str:
        """Give the town whose page it stands on; empty for the whole Kreis."""
        found = re.match(r"stadt-(\d+)-", self.name)
        return found[1] if found else ""


@dataclass(frozen=True)
class Reader:
    """What headings and labels mean in one language."""

    language: Language
    kreis: Kreis
    names: Mapping[str, str]
    months: tuple[str, ...]
    known: Mapping[Key, str]
    """The published rows with their status."""
    plan: Plan = field(default_factory=read_plan)
    labels: Labels = field(default_factory=read_labels)

    @cached_property
    def _towns(self) -> dict[str, str]:
        short = {re.split(r" \(| (?:am|im) ", town.name)[0]: town.ags for town in self.kreis.towns}
        return {**short, self.language.text("words.district"): ""}

    @cached_property
    def _months(self) -> dict[str, str]:
        return {self.language.month(parse_month(m[:7])): m for m in self.months}

    @cached_property
    def _planned(self) -> dict[str, Planned]:
        return {one.name: one for row in self.plan.bausteine.values() for one in row}

    def tables(self, folder: Path) -> Iterator[Written]:
        """Read every CSV file of a folder."""
        delimiter = ";" if self.language.locale == "de" else ","
        for path in sorted(folder.glob("*.csv")):
            text = io.StringIO(path.read_text("utf-8-sig"))
            head, *rows = csv.reader(text, delimiter=delimiter)
            plain = [self._plain(words) for words in head]
            status = {words: i for i, words in enumerate(head)}
            pairs = [
                (words, i, status[self.language.text("csv.status", column=words)])
                for i, words in enumerate(plain)
                if self.language.text("csv.status", column=words) in status
            ]
            lines = tuple((row[0], {w: (row[i], row[j]) for w, i, j in pairs}) for row in rows)
            yield Written(path.stem, plain[0], tuple(w for w, _, _ in pairs), lines)

    def figures(self, table: Written, compared: str) -> Iterator[Figure]:
        """Give the figures of a table; `compared` is the indicator of the overview's map.

        Raises KeyError for a heading or a label that means nothing.
        """
        makers = {
            "words.month": self._by_month,
            "matrix.indicator": self._by_indicator,
            "words.town": self._by_town,
            "charts.group": self._by_group,
            "charts.stage": self._by_stage,
            "charts.flows.corner": self._by_move,
        }
        maker = {self.language.text(key): made for key, made in makers.items()}[table.corner]
        for heading, fields in table.lines:
            for column, (number, status) in fields.items():
                key, part = maker(table, self._plain(heading), column, compared)
                yield Figure(table.name, key, number.replace(",", "."), status, part)

    def _plain(self, heading: str) -> str:
        """Leave the unit out of a heading, if it has one."""
        names = ("persons", "days", "months", "per_1000", "persons_per_post")
        units = {self.language.text(f"unit_lines.{unit}") for unit in names}
        found = re.fullmatch(r"(.*) \(([^()]*)\)", heading)
        return found[1] if found and found[2] in units else heading

    def _by_month(self, table: Written, line: str, column: str, _: str) -> tuple[Key, str]:
        planned, part = self._planned.get(table.section), "value"
        goal = re.search(r"-ziel-[^-]+-(\w+)$", table.name)
        place = table.heads.index(column)
        if goal:
            indicator = goal[1].upper()
        elif planned and planned.kind == "two_lines":
            entry = planned.entries[("one", "other")[place]]
            indicator, part = entry["indicator"], entry.get("count", "value")
        elif planned and planned.kind == "stock":
            indicator = (planned.entries["total"], *planned.names("over"))[place]
        else:
            indicator = self.names[column]
        return self._place(indicator, self._months[line], table.town), part

    def _by_indicator(self, table: Written, line: str, column: str, _: str) -> tuple[Key, str]:
        return self._place(self.names[line], self.months[-1], self._towns[column]), "value"

    def _by_town(self, table: Written, line: str, column: str, compared: str) -> tuple[Key, str]:
        town = self._towns[line]
        if column not in self._months:
            return self._place(self.names[column], self.months[-1], town), "value"
        planned = self._planned.get(table.section)
        indicator = planned.entries["indicator"] if planned else compared
        return self._place(indicator, self._months[column], town), "value"

    def _by_group(self, table: Written, line: str, column: str, _: str) -> tuple[Key, str]:
        if table.town:
            indicator, by = self.plan.town_breakdown
        else:
            planned = self._planned[table.section]
            by, indicator = planned.entries["by"], planned.entries.get("indicator", "")
            if planned.kind == "pair":
                name, _, line = line.partition(": ")
                indicator = self.names[name]
        if line == self.language.text("words.district"):
            return self._place(indicator, self.months[-1], ""), "value"
        breakdown = f"town+{by}" if table.town else by
        keys = [
            (indicator, breakdown, self.months[-1], table.town, value)
            for value in self._values(by, line)
        ]
        # Two groups of one dimension may be called alike: only one of them is published.
        (found,) = [key for key in keys if key in self.known]
        return found, "value"

    def _by_stage(self, table: Written, line: str, column: str, _: str) -> tuple[Key, str]:
        planned = self._planned[table.section]
        names = {self.language.text(f"stages.names.{i}"): i for i in planned.names("indicators")}
        whole = planned.entries.get("whole", {})
        kind = "median" if table.heads.index(column) == 0 else "ninety"
        if line == self.language.text("stages.whole"):
            return self._place(whole[kind], self.months[-1], ""), "value"
        indicator = names[line] if kind == "median" else ""
        return self._place(indicator, self.months[-1], ""), "value"

    def _by_move(self, table: Written, line: str, column: str, _: str) -> tuple[Key, str]:
        entries = self._planned[table.section].entries
        before, _, now = entries["by"].partition("+")
        keys = [
            (entries["indicator"], entries["by"], self.months[-1], "", f"{source}+{goal}")
            for source in self._statuses(before, now, line)
            for goal in self._statuses(before, now, column)
        ]
        # A group and what it was merged into may be called alike: the figure is the published one.
        shown = [key for key in keys if self.known.get(key) == "published"]
        return next(iter([*shown, *(key for key in keys if key in self.known), *keys])), "value"

    def _statuses(self, before: str, now: str, words: str) -> list[str]:
        """Give the values a label of a way may mean; who was not there has a word of its own."""
        if words == self.language.text("flows.outside"):
            return ["ABSENT"]
        return [*self._values(now, words), *self._values(before, words)]

    def _values(self, by: str, words: str) -> list[str]:
        """Give the values of a dimension with a label, as it begins a line."""
        known = {**self.labels.values.get(by, {}), **self.labels.merged.get(by, {})}
        german = self.language.locale == "de"
        labels = {value: label.de if german else label.en for value, label in known.items()}
        return [value for value, label in labels.items() if label[:1].upper() + label[1:] == words]

    @staticmethod
    def _place(indicator: str, month: str, town: str) -> Key:
        return (indicator, TOWN if town else TOTAL, month, town, "")
