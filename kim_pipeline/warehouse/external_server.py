"""A server somebody else runs, named by KIM_WAREHOUSE_URL: is it there, is it new enough?"""

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from kim_pipeline.errors import WarehouseError

OLDEST = 15
DRIVER = "postgresql+psycopg"
ACCEPTED = ("postgresql", "postgres", DRIVER)
SECONDS = 5


def external_url(text: str) -> sa.URL:
    """Parse KIM_WAREHOUSE_URL and set the driver.

    Raises WarehouseError, without the URL's text because it may hold a password.
    """
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ACCEPTED:
        raise WarehouseError(
            "KIM_WAREHOUSE_URL is not of the form postgresql://role@host:port/database."
        )
    return url.set(drivername=DRIVER)


def server_version(url: sa.URL) -> int:
    """Connect once and read the server's major version.

    Raises WarehouseError when the server does not answer or is older than PostgreSQL 15.
    """
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=SECONDS, application_name="kim") as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1].rpartition("failed: ")[2].strip()
        raise WarehouseError(
            f"The server of KIM_WAREHOUSE_URL ({_address(url)}) cannot be used: {reason}"
        ) from None
    if version < OLDEST:
        raise WarehouseError(
            f"The server of KIM_WAREHOUSE_URL ({_address(url)}) is PostgreSQL {version};"
            f" {OLDEST} or newer is needed."
        )
    return version


def _address(url: sa.URL) -> str:
    host = url.host or url.query.get("host") or "local socket"
    port = url.port or url.query.get("port") or 5432
    return f"host {host}, port {port}, database {url.database}"
