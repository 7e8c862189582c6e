"""The map of the towns, coloured by class, with every figure written on its town."""

from markupsafe import Markup

from kim_pipeline.report.cells import show
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.geography import Outline, TownMap
from kim_pipeline.report.language import Language
from kim_pipeline.report.towns import Comparison, TownFigure

MAP_WIDTHS = (470.0, 350.0)
_HATCHING = Markup(
    '<defs><pattern id="{}" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="7" class="hatch"/>'
    "</pattern></defs>"
)


def choropleth(
    language: Language, comparison: Comparison, town_map: TownMap, name: str = "map"
) -> svg.Drawing:
    """Draw the towns; a town without a published figure is hatched. The name makes ids unique."""
    outlines = town_map.outlines
    # Each drawing has its own pattern: one inside a hidden drawing would not be painted.
    pattern = f"withheld-{name}-{town_map.width:.0f}"
    areas = [_area(comparison, town, outlines[town.ags], pattern) for town in comparison.towns]
    labels = [_label(language, comparison, town, outlines[town.ags]) for town in comparison.towns]
    body = svg.join([_HATCHING.format(pattern), *areas, *labels])
    return svg.Drawing(town_map.width, town_map.height + 2, body)


def legend(language: Language, comparison: Comparison) -> list[tuple[str, str]]:
    """List the classes of the map as (style class, words), lowest first."""
    unit, borders = comparison.indicator.unit, comparison.borders()
    entries = []
    for rank in range(len(borders) + 1 if comparison.published() else 0):
        low = language.number(borders[rank - 1]) if rank else ""
        high = language.amount(borders[rank], unit) if rank < len(borders) else ""
        key = "only" if not borders else "below" if not rank else "between" if high else "from"
        last = language.amount(borders[-1], unit) if borders else ""
        words = language.text(f"map.classes.{key}", low=low, high=high, last=last)
        entries.append((f"class-{_step(comparison, rank)}", words))
    if len(comparison.published()) < len(comparison.towns):
        entries.append(("withheld", language.text("map.classes.withheld")))
    return entries


def _step(comparison: Comparison, rank: int) -> int:
    """Spread few classes over the four steps of the colour scale, darkest for the highest."""
    if not comparison.borders():
        return 1
    return 4 - (len(comparison.borders()) - rank)


def _class(comparison: Comparison, town: TownFigure) -> str:
    if town.value is None:
        return "withheld"
    return f"class-{_step(comparison, comparison.class_of(town.value))}"


def _area(comparison: Comparison, town: TownFigure, outline: Outline, pattern: str) -> Markup:
    used = pattern if town.value is None else ""
    return svg.shape(outline.rings, f"town {_class(comparison, town)}", pattern=used)


def _label(
    language: Language, comparison: Comparison, town: TownFigure, outline: Outline
) -> Markup:
    x, y = outline.label
    css = f"on on-{_class(comparison, town)}"
    shown = show(language, town.change.now, comparison.indicator.unit)
    return svg.text((x, y - 3), town.name, css, "middle") + svg.text(
        (x, y + 14), shown.written, f"{css} strong", "middle"
    )
