"""The signs of a legend as small drawings, for paper; the style sheet draws them on screen."""

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.setting.chart_style import standalone

_WIDTH, _HEIGHT = 26.0, 16.0
_MIDDLE = _HEIGHT / 2


def swatch(css: str) -> str:
    """Draw the sign of these classes: a line, a mark, a dot, or a field in the colour of a class.

    What is withheld is hatched, as in the charts.
    """
    classes = css.split()
    return standalone(svg.Drawing(_WIDTH, _HEIGHT, _sign(classes)))


def _sign(classes: list[str]) -> Markup:
    rest = " ".join(name for name in classes if not name.endswith("sign"))
    if "sign-line" in classes:
        grey = "grey-sign" in classes
        return svg.line((0, _MIDDLE), (_WIDTH, _MIDDLE), "course-grey" if grey else "target")
    if "sign-mark" in classes:
        return svg.line((_WIDTH / 2, 1), (_WIDTH / 2, _HEIGHT - 1), "mark")
    if "sign-dot" in classes:
        style = rest.replace("sign-dot", "").strip() or "open-data"
        return svg.circle((_WIDTH / 2, _MIDDLE), 6, style)
    if "withheld" in classes:
        strokes = [svg.line((x, _HEIGHT), (x + 12, 0), "hatch") for x in range(0, 15, 5)]
        return svg.join([_field("open-grey"), *strokes])
    return _field(rest)


def _field(css: str) -> Markup:
    return svg.box((0.5, 0.5), _WIDTH - 1, _HEIGHT - 1, css)
