"""`kim contract test`: what would become of a delivery; counts only."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from kim_pipeline.commands.contract_gates import NOT_JUDGED, gate_failures
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import AsJson, say, tell
from kim_pipeline.errors import ContractError, DeliveryError, LegalError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import Settings, read_settings
from quality_checks.rule import Outcome
from sources.authoring.dry_run import DryRun, Trial, dry_run
from sources.authoring.laid import said_month
from sources.contracts.approval import permitted
from sources.contracts.contract import IN_THE_BOX, Contract, load_contract

SAID = {
    "pseudonymise": "pseudonymised",
    "link": "used for linking",
    "coarsen": "coarsened to the year",
    "open": "loaded as they are",
    "drop": "dropped",
}


def try_delivery(
    contract: Annotated[str, typer.Argument(help="A contract file, or a source in the box.")],
    file: Annotated[Path, typer.Option(help="A delivered file, or a folder of the files.")],
    table: Annotated[str | None, typer.Option(help="Table of the file, if several fit.")] = None,
    month: Annotated[
        str | None, typer.Option(help="Month, as 2026-10; else as its manifest says.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try a delivery: what would be loaded, rejected, pseudonymised, dropped. Nothing is kept."""
    found = load_contract(_path(contract))
    if not file.exists():
        raise DeliveryError("--file: there is no such file.")
    settings = read_settings()
    allowed, refusal = _permitted(found, settings)
    meant = read_month(month) if month else said_month(file)
    tried = allowed if meant else _any_month(allowed)
    run = dry_run(tried, file, meant or _last_month(), settings, table)
    failures = gate_failures(run)
    refusals = [*refusal, *_refusals(run, failures)]
    if as_json:
        tell(_facts(run, failures, refusals), True)
    else:
        _tell_run(run, failures)
    if refusals:
        raise DeliveryError(f"The delivery would be refused: {'; '.join(refusals)}")
    if not as_json:
        say("The delivery would be taken.")


def _permitted(contract: Contract, settings: Settings) -> tuple[Contract, list[str]]:
    """Give the contract within its approval; without one the whole, and why it would be refused."""
    try:
        return permitted(contract, read_kreis(settings.config)), []
    except LegalError as error:
        return contract, [str(error)]


def _refusals(run: DryRun, failures: list[Outcome]) -> Iterator[str]:
    for trial in run.trials:
        if trial.too_many:
            yield f"too many rejected rows in {trial.table.name} [rejected_rows]"
    stopping = [failure.rule.name for failure in failures if failure.rule.blocking]
    if stopping:
        yield f"quality: {', '.join(stopping)}"


def _path(contract: str) -> Path:
    inside = IN_THE_BOX / f"{contract}.odcs.yaml"
    path = inside if inside.is_file() else Path(contract)
    if not path.is_file():
        raise ContractError(f"{contract} is no contract file and no source in the box.")
    return path


def _any_month(contract: Contract) -> Contract:
    xml = replace(contract.location.xml, month_attribute=None)
    return replace(contract, location=replace(contract.location, xml=xml))


def _last_month() -> date:
    today = date.today()  # noqa: DTZ011 - the day of whoever tries it
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return date(year, month, 1)


def _facts(run: DryRun, failures: list[Outcome], refusals: list[str]) -> dict[str, Any]:
    return {
        "tables": [_row(trial) for trial in run.trials],
        "warned": list(run.incoming.warned),
        "gate": [{"rule": f.rule.name, "refuses": f.rule.blocking} for f in failures],
        "refused": refusals,
    }


def _tell_run(run: DryRun, failures: list[Outcome]) -> None:
    for trial in run.trials:
        _tell(trial)
    for rule in run.incoming.warned:
        say(f"delivery rule broken, only warns: {rule}")
    for failure in failures:
        count = "" if failure.unexpected is None else f" ({failure.unexpected} values)"
        kind = "refuses" if failure.rule.blocking else "warns"
        say(f"quality gate {kind}: {failure.rule.name}{count}. Not so: {failure.rule.description}")
    say(f"not judged, for want of other months: {NOT_JUDGED}")


def _row(trial: Trial) -> dict[str, Any]:
    return {
        "table": trial.table.name,
        **asdict(trial.counts),
        "rows_rejected": trial.rejected,
        "would_be_refused": trial.too_many,
        "fields": {SAID[fate]: dict(fields) for fate, fields in trial.fates.items()},
        "padded": dict(trial.padded),
    }


def _tell(trial: Trial) -> None:
    counts = trial.counts
    allowed = f"{trial.table.max_rejected_percent:g} % allowed"
    say(
        f"{trial.table.name}: {counts.rows_read} rows read, {counts.rows_accepted} would be "
        f"loaded, {trial.rejected} rejected ({allowed})"
    )
    for line in (*_about_rows(trial), *_about_values(trial)):
        say(f"  {line}")


def _about_rows(trial: Trial) -> Iterator[str]:
    counts = trial.counts
    if counts.rows_withheld:
        yield f"withheld: {counts.rows_withheld} rows without a consent"
    for rejection in counts.rejections:
        column = f" in {rejection.column}" if rejection.column else ""
        rows = _rows(rejection.rows, rejection.count)
        yield f"rejected: {rejection.count} × {rejection.reason}{column}, {rows}"
    if counts.unknown_columns:
        yield f"columns not in the contract: {counts.unknown_columns} (not loaded)"


def _about_values(trial: Trial) -> Iterator[str]:
    for name, unreadable in trial.counts.unreadable.items():
        rows = _rows(unreadable.rows, unreadable.count)
        yield f"unreadable, left empty unless rejected: {unreadable.count} × {name}, {rows}"
    for name, count in trial.padded.items():
        yield f"leading zeros put back: {count} × {name}"
    for rule, count in trial.counts.findings.items():
        if count:
            yield f"finding: {count} × {rule}"
    for fate, fields in trial.fates.items():
        yield f"{SAID[fate]}: {', '.join(f'{name} ({n})' for name, n in fields.items())}"


def _rows(rows: tuple[int, ...], count: int) -> str:
    more = ", …" if count > len(rows) else ""
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}{more}"
