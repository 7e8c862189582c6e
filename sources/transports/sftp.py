"""An SFTP server of an authority: known by its host key, entered with a key file, only read.

Nothing is trusted at first sight: a host key that is not in the known hosts of the contract is
refused. Only the opening of a connection is tried again.
"""

import io
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.privacy.private_file import read_private
from kim_pipeline.settings import Settings
from sources.contracts.location import Location, Transport
from sources.transports.place import Seen, no_ordinary_file

if TYPE_CHECKING:
    import paramiko

PORT = 22
SECONDS = 30.0
WAITS = (1.0, 4.0)


class Sftp:
    """One open connection."""

    def __init__(self, client: "paramiko.SFTPClient", host: str) -> None:
        self._client = client
        self._host = host

    def look(self, path: str) -> Seen | None:
        """Look at one file without following links."""
        with _told(self._host):
            try:
                status = self._client.lstat(path)
            except FileNotFoundError:
                return None
        if not stat.S_ISREG(status.st_mode or 0):
            raise no_ordinary_file(path)
        return Seen(status.st_size or 0, float(status.st_mtime or 0))

    @contextmanager
    def open(self, path: str) -> Iterator["_Reading"]:
        """Open one file and ask for all of it ahead, which is ten times as fast."""
        with _told(self._host):
            file = self._client.open(path, "rb")
        try:
            with _told(self._host):
                size = file.stat().st_size or 0
                file.prefetch(size)
            yield _Reading(file, self._host)
        finally:
            file.close()

    def names(self, folder: str) -> Sequence[str]:
        """List a folder."""
        with _told(self._host):
            try:
                return sorted(self._client.listdir(folder))
            except FileNotFoundError:
                return ()

    def remove(self, path: str) -> None:
        """Delete a file."""
        with _told(self._host):
            try:
                self._client.remove(path)
            except FileNotFoundError:
                return


class _Reading:
    """A remote file as a stream whose failures are told as those of the connection."""

    def __init__(self, file: "paramiko.SFTPFile", host: str) -> None:
        self._file = file
        self._host = host

    def read(self, size: int, /) -> bytes:
        """Give at most so many bytes; none at the end."""
        with _told(self._host):
            part: bytes = self._file.read(size)
        return part


@contextmanager
def connect(
    location: Location, settings: Settings, waits: Sequence[float] = WAITS
) -> Iterator[Sftp]:
    """Open one connection for a pull; a server that does not answer is tried again after `waits`.

    Raises DeliveryError by rule `transport` for a host key that is not known, a log-in that fails,
    or a server that does not answer; ConfigError for known hosts that cannot be read.
    """
    import paramiko  # noqa: PLC0415 - half a second, for those who deliver this way

    address = urlsplit(location.template)
    host, port = address.hostname or "", address.port or PORT
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    _load_known_hosts(client, settings.keys / str(location.transport.known_hosts_file))
    options = _secrets(location.transport, settings.keys)
    options |= {"port": port, "username": location.transport.user}
    try:
        _enter(client, host, options, waits)
        with _told(host):
            session = client.open_sftp()
            session.get_channel().settimeout(SECONDS)  # type: ignore[union-attr]
        yield Sftp(session, host)
    finally:
        client.close()


def remote_path(template: str) -> str:
    """Give the path on the server of an `sftp://` address; placeholders stay."""
    return unquote(urlsplit(template).path)


def _enter(
    client: "paramiko.SSHClient", host: str, options: dict[str, Any], waits: Sequence[float]
) -> None:
    import paramiko  # noqa: PLC0415 - as above

    asked = {"look_for_keys": False, "allow_agent": False, "timeout": SECONDS, **options}
    for wait in (*waits, None):
        try:
            client.connect(host, **asked)
        except paramiko.BadHostKeyException:
            raise _refused(host, "its host key is not the one known; find out why") from None
        except paramiko.AuthenticationException:
            raise _refused(host, "the log-in was refused; check user and key file") from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            if "not found in known_hosts" in str(error):
                raise _refused(host, "it is not in the known hosts; add its key") from None
            if wait is None:
                raise _refused(host, "it does not answer; try again later") from None
            time.sleep(wait)
        else:
            return


def _load_known_hosts(client: "paramiko.SSHClient", path: Path) -> None:
    if not path.is_file():
        raise ConfigError(f"{path} is missing; write the host key of the server into it.")
    client.load_host_keys(str(path))


def _secrets(transport: Transport, keys: Path) -> dict[str, Any]:
    """Read the key file, or the password, from the folder of keys."""
    if transport.key_file:
        return {"pkey": _private_key(keys / transport.key_file)}
    if transport.password_file:
        return {"password": read_private(keys / transport.password_file).decode().strip()}
    raise ConfigError("An sftp delivery needs keyFile or passwordFile in its contract.")


def _private_key(path: Path) -> "paramiko.PKey":
    import paramiko  # noqa: PLC0415 - as above

    text = read_private(path).decode("ascii", "replace")
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError):
            continue
    raise ConfigError(f"{path} is no private key without passphrase that can be read.")


@contextmanager
def _told(host: str) -> Iterator[None]:
    """Turn failures of a connection into one that says where, without the server's own words."""
    import paramiko  # noqa: PLC0415 - as above

    try:
        yield
    except (paramiko.SSHException, OSError, EOFError):
        raise _refused(host, "the connection broke or the file may not be read") from None


def _refused(host: str, why: str) -> DeliveryError:
    return DeliveryError(f"SFTP server {host}: {why}.", "transport")
