"""The server has an account that is not root, or says what to do."""

import os
import shutil
from pathlib import Path

import pytest

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse import server_account as module
from kim_pipeline.warehouse.server_account import Account, current_account, run_as, server_account


def test_the_server_never_runs_as_root() -> None:
    account = server_account()
    assert account.uid != 0
    if os.geteuid() != 0:
        assert account == current_account()


def test_a_missing_useradd_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(module, "NAME", "kim-absent")
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    with pytest.raises(WarehouseError, match="create the account kim-absent, or run as"):
        server_account()


def test_a_user_id_without_a_name_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_000)
    with pytest.raises(WarehouseError, match="has no account name"):
        current_account()


def test_a_program_gets_no_variable_of_this_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    shown = run_as(current_account(), ["/usr/bin/env"], tmp_path).stdout
    assert "PGPORT" not in shown


def test_a_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    account = Account("this", os.geteuid(), os.getegid())
    with pytest.raises(WarehouseError, match=r"absent could not be run as the account this: No"):
        run_as(account, [tmp_path / "absent"], tmp_path)
