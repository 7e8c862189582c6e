"""Which way leads to a source's deliveries, and the paths of its files there."""

from collections.abc import Iterator
from contextlib import contextmanager

from kim_pipeline.settings import Settings
from sources.contracts.location import Location
from sources.transports.folder import Folder
from sources.transports.place import Place
from sources.transports.sftp import connect, remote_path


@contextmanager
def open_place(location: Location, settings: Settings) -> Iterator[Place]:
    """Reach the place where a source delivers, for as long as one pull takes.

    Raises DeliveryError by rule `transport` when it cannot be reached.
    """
    if location.transport.kind == "sftp":
        with connect(location, settings) as place:
            yield place
    else:
        yield Folder(settings.inbox)


def path_at_place(location: Location, resolved: str) -> str:
    """Give the path of a resolved template as the place itself writes it."""
    return remote_path(resolved) if location.transport.kind == "sftp" else resolved
