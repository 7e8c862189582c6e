"""Without the right keys nothing is opened, nothing is written, and no key is made (T3 to T6)."""

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from small_kreis import KIM, ROOT, SmallKreis
from traces import owner_url
from watched import Call, Watched, watched

from kim_pipeline.privacy.key_domains import SHARED_DOMAINS, pseudonym_domain
from kim_pipeline.privacy.key_file import read_key
from kim_pipeline.privacy.keyring import DEMO_PASSPHRASE
from sources.contracts.contract import load_contracts

PASSPHRASE = "an invented passphrase of our own"
SOURCES = tuple(contract.source for contract in load_contracts())
DOMAINS = [*map(pseudonym_domain, SOURCES), *SHARED_DOMAINS]


@pytest.fixture(scope="module")
def keyed(small_kreis: SmallKreis) -> Iterator[dict[str, str]]:
    """Real keys, made by the command, and the environment that names them."""
    folder = small_kreis.folder / "real"
    folder.mkdir(mode=0o700)
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o400)
    named = {"KIM_KEYS": str(folder / "keys"), "KIM_PASSPHRASE_FILE": str(passphrase)}
    done = small_kreis.kim("keys", "init", **named)
    assert done.returncode == 0, done.stderr
    yield named
    shutil.rmtree(folder)


def _state(kreis: SmallKreis) -> set[str]:
    return {str(path) for path in kreis.home.rglob("*") if "dagster" not in path.parts}


def _rows(kreis: SmallKreis) -> list[tuple[object, ...]]:
    with psycopg.connect(owner_url(kreis)) as connection:
        return connection.execute(
            "SELECT (SELECT count(*) FROM audit.key_registry), (SELECT max(kid) FROM"
            " audit.key_registry), (SELECT count(*) FROM quality.delivery),"
            " (SELECT count(*) FROM register.link)"
        ).fetchall()


def _swap(folder: Path) -> None:
    first, second = (folder / f"pseudonym-{name}.key.json" for name in SOURCES[:2])
    kept = first.read_bytes()
    _replace(first, second.read_bytes())
    _replace(second, kept)


def _replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)
    path.chmod(0o400)


def _symlink(folder: Path) -> None:
    path = folder / "link.key.json"
    path.rename(folder / "moved")
    path.symlink_to(folder / "moved")


def _mixed(folder: Path) -> None:
    path = folder / "hub.key.json"
    _replace(path, path.read_bytes().replace(b'"demo": false', b'"demo": true'))


def _revoke(folder: Path) -> None:
    path = folder / "link.key.json"
    _replace(path, path.read_bytes().replace(b'"active"', b'"revoked"'))


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no keys": (shutil.rmtree, "no keys|are missing|is missing"),
    "one missing": (lambda f: (f / "cell.key.json").unlink(), "missing"),
    "swapped": (_swap, "another domain"),
    "truncated": (
        lambda f: _replace(f / "hub.key.json", (f / "hub.key.json").read_bytes()[:-40]),
        "not a whole key file",
    ),
    "emptied": (lambda f: _replace(f / "link.key.json", b""), "not a whole key file"),
    "readable by all": (lambda f: (f / "audit.key.json").chmod(0o644), "open to group or others"),
    "folder open": (lambda f: f.chmod(0o755), "open to others"),
    "symbolic link": (_symlink, "symbolic link"),
    "hard link": (lambda f: os.link(f / "hub.key.json", f / "copy"), "hard links"),
    "marked as demo": (_mixed, "mixes demo and real|does not open|does not hold"),
    "revoked": (_revoke, "not active"),
}  # fmt: skip


def _wrong_passphrase(folder: Path) -> None:
    path = folder.with_name("wrong")
    path.write_text("another invented passphrase")
    path.chmod(0o400)


def _in_repository(folder: Path) -> None:
    (folder.parent / ".git").mkdir()


SPOILED |= {
    "whole, of another installation": (lambda f: None, "not the one this warehouse was built with"),
    "wrong passphrase": (_wrong_passphrase, "does not open with this passphrase"),
    "in a repository": (_in_repository, "lies in the repository"),
    "in the state folder": (lambda f: None, "keep keys apart from data"),
    "demo keys in a real Kreis": (lambda f: None, "demo keys are for invented data"),
}


@dataclass(frozen=True)
class Attempts:
    """How the runs with spoiled keys ended, and the installation before and after them."""

    runs: dict[str, Watched]
    before: tuple[object, object]
    after: tuple[object, object]


@pytest.fixture(scope="module")
def attempts(
    keyed: dict[str, str], small_kreis: SmallKreis, tmp_path_factory: pytest.TempPathFactory
) -> Attempts:
    """Try to run a month with every kind of spoiled keys, in one process."""
    real = tmp_path_factory.mktemp("kreis") / "kreis.yaml"
    text = small_kreis.config.read_text("utf-8").replace("demo: true", "demo: false")
    real.write_text(text, "utf-8")
    shutil.copytree(small_kreis.config.parent / "kreis", real.parent / "kreis")
    before = _state(small_kreis), _rows(small_kreis)
    inside = small_kreis.home / "inside"
    calls = []
    for kind, (spoil, _) in SPOILED.items():
        place = inside if "state" in kind else tmp_path_factory.mktemp("spoiled")
        folder = place / "keys"
        shutil.copytree(keyed["KIM_KEYS"], folder)
        folder.chmod(0o700)
        spoil(folder)
        given = {**keyed, "KIM_KEYS": str(folder), "KIM_CONFIG": str(real)}
        if "passphrase" in kind:
            given["KIM_PASSPHRASE_FILE"] = str(folder.with_name("wrong"))
        if "demo keys" in kind:
            given["KIM_KEYS"] = str(folder / "none")
        calls.append(Call(("run", "--month", "2025-08", "--again"), given))
    ran = watched(small_kreis, calls)
    shutil.rmtree(inside)
    after = _state(small_kreis), _rows(small_kreis)
    return Attempts(dict(zip(SPOILED, ran, strict=True)), before, after)


@pytest.mark.parametrize("kind", SPOILED)
def test_spoiled_keys_stop_before_anything_is_opened(
    kind: str, attempts: Attempts, small_kreis: SmallKreis
) -> None:
    ran = attempts.runs[kind]
    assert (ran.code, ran.error.count("\n")) == (1, 1), ran.error
    assert re.search(SPOILED[kind][1], ran.error), ran.error
    assert [path for path in ran.opened if str(small_kreis.inbox) in path] == []
    assert [path for path in ran.opened if path.endswith(".sealed")] == []
    lasting = (".key.json", ".parquet", ".sealed")
    assert [path for path in ran.written if path.endswith(lasting)] == []


def test_spoiled_keys_change_nothing(attempts: Attempts) -> None:
    assert attempts.after == attempts.before


@pytest.fixture
def keys(keyed: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A copy of the real keys to spoil."""
    copied = tmp_path / "keys"
    shutil.copytree(keyed["KIM_KEYS"], copied)
    copied.chmod(0o700)
    return {**keyed, "KIM_KEYS": str(copied)}


@pytest.mark.parametrize("place", ["repository", "state folder"])
def test_no_keys_are_made_below_the_repository_or_the_state_folder(
    place: str, keys: dict[str, str], small_kreis: SmallKreis
) -> None:
    folder = ROOT / "made-keys" if place == "repository" else small_kreis.home / "made-keys"
    done = small_kreis.kim("keys", "init", **{**keys, "KIM_KEYS": str(folder)})
    assert (done.returncode, done.stderr.count("\n"), folder.exists()) == (1, 1, False)


def test_keys_are_never_made_over_others(keys: dict[str, str], small_kreis: SmallKreis) -> None:
    before = {p.name: p.read_bytes() for p in Path(keys["KIM_KEYS"]).iterdir()}
    assert small_kreis.kim("keys", "init", **keys).returncode == 1
    assert {p.name: p.read_bytes() for p in Path(keys["KIM_KEYS"]).iterdir()} == before


def test_a_lax_passphrase_file_makes_no_keys(small_kreis: SmallKreis, tmp_path: Path) -> None:
    lax = tmp_path / "passphrase"
    lax.write_text(PASSPHRASE)
    lax.chmod(0o644)
    named = {"KIM_KEYS": str(tmp_path / "keys"), "KIM_PASSPHRASE_FILE": str(lax)}
    assert small_kreis.kim("keys", "init", **named).returncode == 1
    assert not list(tmp_path.glob("keys/*"))


def test_demo_keys_take_no_delivery_that_is_not_marked_as_invented(
    small_kreis: SmallKreis,
) -> None:
    path = small_kreis.inbox / SOURCES[0] / "2025-08" / "manifest.json"
    kept, state, rows = path.read_bytes(), _state(small_kreis), _rows(small_kreis)
    path.write_bytes(kept.replace(b'"invented": true', b'"invented": false'))
    try:
        (ran,) = watched(small_kreis, [Call(("run", "--month", "2025-08"))])
    finally:
        path.write_bytes(kept)
    assert (ran.code, ran.error.count("\n")) == (1, 1)
    assert "demo keys are for deliveries marked as invented only" in ran.error
    opened = [path for path in ran.opened if str(small_kreis.inbox) in path]
    assert {Path(path).name for path in opened} == {"manifest.json"}
    assert (_state(small_kreis), _rows(small_kreis)) == (state, rows)


def _forms(secret: bytes) -> list[bytes]:
    coded = base64.b64encode(secret).rstrip(b"=")
    return [secret, secret.hex().encode(), secret.hex().upper().encode(), coded[:-1]]


def test_no_key_lies_in_command_line_environment_or_state(small_kreis: SmallKreis) -> None:
    """Look at a running command from outside, then at everything it left (T6)."""
    folder = small_kreis.settings.demo_keys
    roots = [read_key(folder, domain, DEMO_PASSPHRASE).secret for domain in DOMAINS]
    forms = [form for root in roots for form in _forms(root)]
    process = subprocess.Popen(
        [KIM, "run", "--month", "2025-08"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=small_kreis.folder,
        env=small_kreis.environment,
    )
    shown = b""
    while process.poll() is None:
        for part in ("cmdline", "environ"):
            try:
                shown += Path(f"/proc/{process.pid}/{part}").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                break
        try:
            process.wait(0.3)
        except subprocess.TimeoutExpired:
            continue
    out, err = process.communicate()
    assert b"KIM_HOME" in shown
    left = [p for p in small_kreis.home.rglob("*") if p.is_file() and p.parent != folder]
    haystack = [shown, out, err, *(path.read_bytes() for path in left)]
    assert [form for form in forms if any(form in hay for hay in haystack)] == []
