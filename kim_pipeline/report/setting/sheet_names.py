"""Names of sheets, as spreadsheets allow them: short, unique, without some signs."""

import re
from collections.abc import Mapping, Sequence

_MOST = 31
_REFUSED = re.compile(r"[\[\]:*?/\\']+")


def sheet_names(wanted: Mapping[str, str], taken: Sequence[str] = ()) -> dict[str, str]:
    """Give each table, by its name, the name of its sheet, as near to the wanted one as allowed."""
    used = {name.casefold() for name in taken}
    names = {}
    for table, words in wanted.items():
        names[table] = _free(" ".join(_REFUSED.sub(" ", words).split()), used)
        used.add(names[table].casefold())
    return names


def _free(name: str, used: set[str]) -> str:
    tries = (_cut(name, end) for end in ("", *(f" {n}" for n in range(2, len(used) + 3))))
    return next(one for one in tries if one.casefold() not in used)


def _cut(name: str, end: str) -> str:
    most = _MOST - len(end)
    return (name if len(name) <= most else f"{name[: most - 1].rstrip()}…") + end
