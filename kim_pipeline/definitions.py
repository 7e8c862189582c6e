"""The Dagster code location: lists, nothing else."""

import dagster as dg

from assets.accept import records_asset
from assets.core import core_assets
from assets.feedback import feedback_assets
from assets.jobs import intake_jobs, month_job, timeliness_job
from assets.link import link_assets
from assets.linking import drift_findings
from assets.months import months_of
from assets.pseudonymise import incoming_asset
from assets.publish import published_assets
from assets.pull import delivery_asset
from assets.report import report_assets
from assets.resources import Hub
from assets.retention import retention_job, retention_schedule
from assets.schedules import schedules
from assets.sensors import sensors
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import read_settings
from quality_checks.suites import all_checks
from quality_checks.timeliness import timeliness_checks
from sources.contracts.contract import load_contracts


@dg.definitions
def defs() -> dg.Definitions:
    """List assets, checks, jobs, schedules and sensors of all sources."""
    kreis, contracts = read_kreis(read_settings().config), load_contracts()
    months = months_of(kreis)
    taken_in = [
        make(contract, months)
        for contract in contracts
        for make in (delivery_asset, incoming_asset, records_asset)
    ]
    intake, month = intake_jobs(contracts, months), month_job(months)
    return dg.Definitions(
        assets=[
            *taken_in,
            *link_assets(contracts, months),
            *core_assets(contracts, months),
            *published_assets(contracts, read_catalogue(kreis), months),
            *report_assets(months),
            *feedback_assets(contracts, months),
        ],
        asset_checks=[
            *all_checks(contracts, drift_findings),
            *timeliness_checks(contracts, kreis),
        ],
        jobs=[
            *intake,
            month,
            timeliness_job(contracts),
            retention_job(),
        ],
        schedules=[*schedules(kreis, contracts), retention_schedule(kreis)],
        sensors=sensors(kreis, intake, month),
        resources={"hub": Hub()},
        executor=dg.in_process_executor,
    )
