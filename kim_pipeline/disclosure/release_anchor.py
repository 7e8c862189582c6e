"""The newest release, noted outside the warehouse: only so is a ledger found that was rolled back.

A warehouse restored from an older backup is whole in itself; what was published since is missing
from its ledger, and would be drawn anew.
"""

import json
from pathlib import Path

import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError
from kim_pipeline.warehouse.schema.audit import release

FILE = "newest_release.json"


def note_release(connection: sa.Connection, folder: Path) -> None:
    """Write down the newest release; call it when the release is committed."""
    newest = connection.execute(
        sa.select(release.c.position, release.c.chain_mac)
        .order_by(release.c.position.desc())
        .limit(1)
    ).first()
    if newest is None:
        return
    noted = {"position": newest.position, "chain_mac": bytes(newest.chain_mac).hex()}
    fresh = folder / f"{FILE}.new"
    fresh.write_text(json.dumps(noted), encoding="utf-8")
    fresh.replace(folder / FILE)


def check_release(connection: sa.Connection, folder: Path) -> None:
    """Refuse a ledger that lacks the release that was noted last, or has another in its place.

    Without a note nothing is refused. Raises DisclosureError saying what to do.
    """
    place = folder / FILE
    if not place.exists():
        return
    noted = json.loads(place.read_text("utf-8"))
    query = sa.select(release.c.chain_mac).where(release.c.position == noted["position"])
    found = connection.scalar(query)
    if found is None or bytes(found).hex() != noted["chain_mac"]:
        count = connection.scalar(sa.select(sa.func.count()).select_from(release)) or 0
        raise DisclosureError(
            f"audit.release holds {count} releases, and not the one that was made last here, "
            f"number {noted['position']}: the warehouse was rolled back, or is another one. "
            "Restore a backup made after that release. If there is none, figures that were "
            f"published since will get a second noise; to accept that, delete {place}."
        )
