"""What quality checks need of the resource Dagster hands them; the resource is elsewhere."""

from typing import Protocol

import sqlalchemy as sa

from kim_pipeline.settings import Settings


class Hub(Protocol):
    """The installation: its settings, and its warehouse as the owner sees it."""

    @property
    def settings(self) -> Settings:
        """Give the places and choices of the installation."""

    @property
    def engine(self) -> sa.Engine:
        """Give the warehouse engine of the owner."""
