"""A real SFTP server on loopback that serves one folder, and can be told to misbehave."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

USER = "kreis"


@dataclass
class Server:
    """A running server: where it listens, what it serves, and what it does while it is read."""

    port: int
    root: Path
    host_key: paramiko.PKey
    client_key: paramiko.PKey
    on_read: Callable[[paramiko.Transport, int], None] = lambda transport, offset: None
    log_ins: int = 0
    refuse_first: int = 0
    transports: list[paramiko.Transport] = field(default_factory=list)

    @property
    def known_host(self) -> str:
        """Give the line of known hosts for this server."""
        return _line(self.port, self.host_key)

    @property
    def address(self) -> str:
        return f"sftp://127.0.0.1:{self.port}"


def _line(port: int, key: paramiko.PKey) -> str:
    return f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n"


class _LogIn(paramiko.ServerInterface):
    def __init__(self, server: Server) -> None:
        self.server = server

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username == USER and key == self.server.client_key
        self.server.log_ins += known
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"


class _Handle(paramiko.SFTPHandle):
    server: Server
    transport: paramiko.Transport

    def read(self, offset: int, length: int) -> bytes:
        self.server.on_read(self.transport, offset)
        return super().read(offset, length)

    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, login: _LogIn, transport: paramiko.Transport) -> None:
        self.root, self.server, self.transport = login.server.root, login.server, transport
        super().__init__(login)

    def _real(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(entry.lstat(), entry.name)
                for entry in self._real(path).iterdir()
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).lstat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    stat = lstat

    def open(self, path: str, flags: int, attr: object) -> paramiko.SFTPHandle | int:
        try:
            opened = self._real(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = _Handle(flags)
        handle.readfile, handle.server, handle.transport = opened, self.server, self.transport
        return handle

    def remove(self, path: str) -> int:
        self._real(path).unlink()
        return paramiko.SFTP_OK


class _Subsystem(paramiko.SFTPServer):
    def __init__(self, channel: paramiko.Channel, name: str, login: _LogIn) -> None:
        files = lambda server: _Files(server, channel.get_transport())  # noqa: E731
        super().__init__(channel, name, login, files)


@contextmanager
def running(root: Path, client_key: paramiko.PKey) -> Iterator[Server]:
    """Serve a folder until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = Server(port, root, paramiko.RSAKey.generate(2048), client_key)
    serving = threading.Thread(target=_serve, args=(listening, server), daemon=True)
    serving.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in server.transports:
            transport.close()
        serving.join(5)


def _serve(listening: socket.socket, server: Server) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        if server.refuse_first > 0:
            server.refuse_first -= 1
            connection.close()
            continue
        transport = paramiko.Transport(connection)
        transport.add_server_key(server.host_key)
        transport.set_subsystem_handler("sftp", _Subsystem)
        server.transports.append(transport)
        with suppress(paramiko.SSHException, EOFError, OSError):
            transport.start_server(server=_LogIn(server))
