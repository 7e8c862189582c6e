"""Free text of clerks: it holds names, as free text does."""

from datetime import date

from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.records import Record

_OFFICE = (
    "Vorsprache am {day}, begleitet von {name}",
    "Pass von {name} liegt vor",
    "Rückruf erbeten, Kontakt über {name}",
    "Unterlagen fehlen noch",
    "Namensschreibweise laut Pass: {name}",
)
_SHORT = (
    "Vorsprache am {day}",
    "Telefonat am {day}",
    "{day}: Unterlagen nachgereicht",
    "zuletzt bearbeitet {day}",
)


def remark(record: Record, today: date) -> str:
    """Return the remark of a record: of the last visit, and names in a few."""
    since = record.visited_before(today)
    draw = share(record.seed, "remark", record.number, since.toordinal())
    if draw > 0.65:
        return ""
    members = record.life.household.members
    pick = int(draw * 1e6)
    name = f"{members[pick % len(members)].given} {record.life.person.family}"
    texts = _OFFICE if draw < 0.06 else _SHORT
    return texts[pick % len(texts)].format(name=name, day=f"{since:%d.%m.%Y}")
