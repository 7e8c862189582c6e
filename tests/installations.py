"""Installations to start and kill servers in: of this account or, for root, of another one."""

import multiprocessing
import os
import pwd
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import TypeVar

from kim_pipeline.settings import Settings

T = TypeVar("T")
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Installation:
    """A state folder without a server yet, and the account that works with it."""

    settings: Settings
    account: pwd.struct_passwd
    programs: Path

    def begin(self, task: Callable[[Settings], T]) -> tuple[BaseProcess, "SimpleQueue[T]"]:
        """Start a task in a process of the account; forked, so that no file need be readable."""
        queue: SimpleQueue[T] = FORK.SimpleQueue()
        process = FORK.Process(target=self._work, args=(task, queue))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        return process, queue

    def run(self, task: Callable[[Settings], T]) -> T:
        """Run a task in a process of the account and hand back what it returns."""
        process, queue = self.begin(task)
        process.join(60)
        assert process.exitcode == 0
        return queue.get()

    def _work(self, task: Callable[[Settings], T], queue: "SimpleQueue[T]") -> None:
        if self.account.pw_uid != os.geteuid():
            sys.path.insert(0, str(self.programs))
            os.setgroups([])
            os.setgid(self.account.pw_gid)
            os.setuid(self.account.pw_uid)
        queue.put(task(self.settings))
