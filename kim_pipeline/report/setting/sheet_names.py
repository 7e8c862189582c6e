"""Names of sheets, as spreadsheets allow them: short, unique, without some signs."""

import re
from collections.abc import Sequence

from kim_pipeline.report.document import Table

_MOST = 31
_REFUSED = re.compile(r"[\[\]:*?/\\']+")


def sheet_names(tables: Sequence[Table], taken: Sequence[str] = ()) -> dict[str, str]:
    """Give each table the name of its sheet, made from its own."""
    used = {name.casefold() for name in taken}
    names = {}
    for table in tables:
        plain = _REFUSED.sub(" ", table.name).strip()
        names[table.name] = _free(plain, used)
        used.add(names[table.name].casefold())
    return names


def _free(name: str, used: set[str]) -> str:
    tries = [name[:_MOST], *(f"{name[: _MOST - 4]} {n}" for n in range(2, len(used) + 3))]
    return next(one for one in tries if one.casefold() not in used)
