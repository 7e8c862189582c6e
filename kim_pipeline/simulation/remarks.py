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


def remark(seed: int, record: Record, today: date) -> str:
    """Return the remark of a record, empty for most."""
    draw = share(seed, "remark", record.number)
    if draw > 0.06:
        return ""
    members = record.life.household.members
    pick = int(draw * 1e6)
    name = f"{members[pick % len(members)].given} {record.life.person.family}"
    since = min(record.since, today)
    return _OFFICE[pick % len(_OFFICE)].format(name=name, day=f"{since:%d.%m.%Y}")
