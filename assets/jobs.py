"""Jobs: one intake job per source, one job for the month, one that watches what is due."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import dagster as dg

from assets.freshness import NEWEST_DUE
from assets.groups import OF_THE_MONTH
from sources.contracts.contract import Contract

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

MONTH_JOB, TIMELINESS_JOB = "month", "timeliness"
STEPS = ("delivery", "incoming", "records")
# Beside Dagster's own tag of the partition: a name that people look for.
MONTH_TAG = "kim/month"


def intake_job_name(source: str) -> str:
    """Name the intake job of a source."""
    return f"intake_{source}"


def intake_jobs(
    contracts: Iterable[Contract], months: dg.MonthlyPartitionsDefinition
) -> "list[AssetJob]":
    """Make the job of every source: pull, pseudonymise, gate, accept."""
    return [
        dg.define_asset_job(
            intake_job_name(contract.source),
            selection=dg.AssetSelection.assets(*map(contract.step, STEPS))
            - dg.AssetSelection.checks(due_check(contract)),
            config=_by_month(months),
            description=(
                f"Takes in one month's delivery of {contract.source} ({contract.name}): pulls and "
                "encrypts it, pseudonymises it, has its gate judge it, and enters it into the "
                "history. What the gate refuses leaves no trace but the finding."
            ),
            tags={"source": contract.source},
        )
        for contract in contracts
    ]


def month_job(months: dg.MonthlyPartitionsDefinition) -> "AssetJob":
    """Make the job that links, builds, publishes and reports one month."""
    return dg.define_asset_job(
        MONTH_JOB,
        selection=dg.AssetSelection.groups(*OF_THE_MONTH),
        config=_by_month(months),
        description=(
            "Makes one month of figures from the newest accepted delivery of every source: links "
            "persons, builds spells and person months, publishes protected indicators, writes the "
            "report, and tells each source what to mend. Months run in order."
        ),
    )


def timeliness_job(contracts: Iterable[Contract]) -> "AssetJob":
    """Make the job that asks of every source whether the newest month that is due is there."""
    return dg.define_asset_job(
        TIMELINESS_JOB,
        selection=dg.AssetSelection.checks(*map(due_check, contracts)),
        description="Says which source is late by its contract. It reads only the delivery book.",
    )


def due_check(contract: Contract) -> dg.AssetCheckKey:
    """Name the check that tells whether the newest due month of a source was accepted."""
    return dg.AssetCheckKey(dg.AssetKey(contract.step("records")), NEWEST_DUE)


def _by_month(months: dg.MonthlyPartitionsDefinition) -> dg.PartitionedConfig:
    """Name every run by its month, whoever starts it."""
    return dg.PartitionedConfig(
        partitions_def=months,
        run_config_for_partition_key_fn=lambda _: {},
        tags_for_partition_key_fn=lambda month: {MONTH_TAG: month},
    )
