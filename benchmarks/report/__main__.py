"""How long the report takes: `python -m benchmarks.report [--months 36] [--indicators 40]`.

Invented figures on a server of their own; then the monthly edition in both languages, and all
editions of a December, which ends a quarter and the year.
"""

import shutil
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from benchmarks.linkage.fresh_process import peak_mib, processor_seconds
from benchmarks.linkage.keys import settings_in
from benchmarks.report.publication import Publication
from benchmarks.warehouse.contents import KREIS
from benchmarks.warehouse.tables import staged
from kim_pipeline.disclosure.published_tables import write_catalogue
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.periods import next_month
from kim_pipeline.report.editions import editions_of
from kim_pipeline.report.site import write_site
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.server import stop_server
from kim_pipeline.warehouse.server_place import data_folder
from sources.accepting.staging import reference_codes

DECEMBER = date(2026, 12, 1)
SECONDS, PAGE_BYTES = 15.0, 3_000_000


def main(
    months: Annotated[int, typer.Option(min=1, help="Months of figures.")] = 36,
    indicators: Annotated[int, typer.Option(min=1, help="Indicators, from the catalogue.")] = 40,
) -> None:
    """Print what each run took, the largest page and the targets; nothing stays."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = settings_in(folder)
        try:
            rows = _prepare(settings, months, indicators)
            typer.echo(f"{rows} values: {months} months, {indicators} indicators, 10 towns")
            for editions in (1, 3):
                _measure(settings, folder / str(editions), editions)
        finally:
            stop_server(settings)
            # Root keeps the data outside the working folder.
            shutil.rmtree(data_folder(settings).parent, ignore_errors=True)
    typer.echo(f"target: {SECONDS:.0f} s for the month, {PAGE_BYTES / 1e6:.0f} MB for a page")


def _prepare(settings: Settings, months: int, indicators: int) -> int:
    """Fill `published` up to a December."""
    engine = owner_engine(settings)
    towns = {town.ags: town.name for town in KREIS.towns}
    provision(engine, list(staged().values()), reference_codes(), towns)
    whole = read_catalogue(KREIS)
    catalogue = replace(whole, indicators=whole.indicators[:indicators])
    span = [next_month(DECEMBER, place) for place in range(1 - months, 1)]
    with engine.begin() as connection:
        write_catalogue(connection, catalogue)
        rows = Publication(catalogue, span).write(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)"))
    return rows


def _measure(settings: Settings, folder: Path, editions: int) -> None:
    """Write the first editions of the month and tell what it took."""
    cpu, start = processor_seconds(), time.perf_counter()
    with role_engine(settings, "kim_report").connect() as connection:
        counts = write_site(connection, KREIS, editions_of(DECEMBER)[:editions], folder)
    clock, used = time.perf_counter() - start, processor_seconds() - cpu
    typer.echo(
        f"{editions} editions: {clock:.1f} s, {used:.1f} cpu s, {counts.files} files, "
        f"{counts.size / 1e6:.1f} MB, largest page {counts.largest_page / 1e6:.2f} MB, "
        f"peak {peak_mib()} MiB"
    )


if __name__ == "__main__":
    typer.run(main)
