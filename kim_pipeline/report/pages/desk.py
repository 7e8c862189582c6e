"""What every page maker needs: figures, Kreis, language, labels and the plan of the pages."""

from dataclasses import dataclass

from kim_pipeline.indicators.labels import Labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.changes import Change, change_of
from kim_pipeline.report.doubts import doubt, grade
from kim_pipeline.report.figures import DISTRICT, Cell, Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.plan import Plan
from kim_pipeline.report.towns import short_name


@dataclass(frozen=True)
class Desk:
    """The material of one report; `page` prefixes the names of tables, unique in a report."""

    language: Language
    figures: Figures
    kreis: Kreis
    labels: Labels
    plan: Plan
    page: str = "index"
    town: str = DISTRICT
    edition: str = "monthly"

    def text(self, key: str, **values: object) -> str:
        """Give a text of the catalogue."""
        return self.language.text(key, **values)

    def indicators(self, names: tuple[str, ...]) -> tuple[Indicator, ...]:
        """Give those of the named indicators that have a figure here, shown or withheld."""
        found = (self.figures.indicator(name) for name in names)
        return tuple(
            i
            for i in found
            if i is not None and self.figures.cell(i.indicator_id, self.town).status != "absent"
        )

    def cell(self, indicator: Indicator) -> Cell:
        """Give the figure of this place."""
        return self.figures.cell(indicator.indicator_id, self.town)

    def change(self, indicator: Indicator) -> Change:
        """Give the change of the figure of this place."""
        return change_of(self.figures, indicator, self.town)

    def grade(self, indicator: Indicator) -> str:
        """Give the mark of a linked figure of this place."""
        return grade(self.plan, self.figures, indicator, self.cell(indicator))

    def error(self, indicator: Indicator, cell: Cell) -> float:
        """Give the estimated error from missing links, 0 where there is none or no estimate."""
        return doubt(self.plan, self.figures, indicator, cell).links or 0.0

    def sources(self, *indicators: Indicator) -> tuple[str, ...]:
        """Name the sources of indicators once each."""
        names = {delivery.source: delivery.name for delivery in self.figures.deliveries}
        used = dict.fromkeys(s for i in indicators for s in i.source_ids)
        return tuple(names.get(source, source.replace("_", " ")) for source in used)

    def label(self, dimension: str, value: str) -> str:
        """Give the label of a value as within a sentence; its code where none is written."""
        groups = (self.labels.merged, self.labels.values)
        known = {k: v for group in groups for k, v in group.get(dimension, {}).items()}
        label = known.get(value)
        return (label.de if self.language.locale == "de" else label.en) if label else value

    def by_words(self, dimension: str) -> str:
        """Give a dimension as the words after `nach`; its name where none are written."""
        key = f"breakdown.by.{dimension}"
        return self.text(key) if self.language.has(key) else self.dimension(dimension)

    def dimension(self, name: str) -> str:
        """Give the name of a dimension."""
        label = self.labels.dimensions[name]
        return label.de if self.language.locale == "de" else label.en

    def table_name(self, section: str) -> str:
        """Give the name of a section's table."""
        return f"{self.page}-{section}"

    @property
    def place(self) -> str:
        """Name the town of this desk; empty for the whole Kreis."""
        return next((short_name(t.name) for t in self.kreis.towns if t.ags == self.town), "")

    @property
    def month(self) -> str:
        """Write the month of the report."""
        return self.language.month(self.figures.month)

    @property
    def since(self) -> str:
        """Write the month it is compared with; empty where there is none."""
        since = self.figures.baseline()
        return self.language.month(since) if since else ""
