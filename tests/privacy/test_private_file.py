import os
from pathlib import Path

import pytest

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy import private_file
from kim_pipeline.privacy.private_file import (
    check_folder,
    check_outside,
    check_parents,
    read_private,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "secret"
    made.write_bytes(b"content")
    made.chmod(0o400)
    return made


def test_a_private_file_is_read(path: Path) -> None:
    assert read_private(path) == b"content"


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o620, 0o401])
def test_a_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 0400"):
        read_private(path)


def test_a_symlink_is_refused(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    with pytest.raises(KeyFileError, match="symbolic link"):
        read_private(link)


def test_a_second_hard_link_is_refused(path: Path) -> None:
    path.with_name("second").hardlink_to(path)
    with pytest.raises(KeyFileError, match="2 hard links"):
        read_private(path)


def test_a_foreign_owner_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    with pytest.raises(KeyFileError, match="another user"):
        read_private(path)
    with pytest.raises(KeyFileError, match="another user"):
        check_folder(path.parent)


def test_a_service_credential_may_show_its_access_list(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.chmod(0o440)
    monkeypatch.setattr(private_file, "CREDENTIALS", path.parent.resolve())
    assert read_private(path) == b"content"
    path.chmod(0o444)
    with pytest.raises(KeyFileError, match="chmod 0400"):
        read_private(path)


def test_a_folder_a_pipe_and_nothing_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o400)
    for name in (".", "pipe", "nothing"):
        with pytest.raises(KeyFileError):
            read_private(tmp_path / name)


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    with pytest.raises(KeyFileError, match="chmod 0700"):
        check_folder(tmp_path)
    tmp_path.chmod(0o700)
    check_folder(tmp_path)


def test_a_folder_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(KeyFileError, match="real folder"):
        check_folder(tmp_path / "link")


def test_a_parent_everybody_writes_to_is_refused_unless_sticky(tmp_path: Path) -> None:
    keys = tmp_path / "shared" / "keys"
    keys.mkdir(0o700, parents=True)
    keys.parent.chmod(0o777)
    with pytest.raises(KeyFileError, match="Everybody may write"):
        check_parents(keys)
    keys.parent.chmod(0o1777)
    check_parents(keys)


@pytest.mark.parametrize("mark", ["pyproject.toml", ".git"])
def test_a_place_inside_a_repository_is_refused(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).mkdir()
    with pytest.raises(KeyFileError, match="repository"):
        check_outside(tmp_path / "deep" / "keys", [])


def test_a_place_inside_the_state_folder_is_refused_even_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "state")
    with pytest.raises(KeyFileError, match="apart from data"):
        check_outside(tmp_path / "alias" / "keys", [tmp_path / "state"])
    check_outside(tmp_path / "state-of-keys", [tmp_path / "state"])
