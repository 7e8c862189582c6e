"""`kim demo`: an invented small Kreis, taken all the way to its report."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.keys import init_demo_keys
from kim_pipeline.commands.output import say
from kim_pipeline.commands.runs import check_months, run_months
from kim_pipeline.commands.simulate import invent
from kim_pipeline.errors import ConfigError
from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.periods import next_month
from kim_pipeline.settings import Settings, read_settings
from kim_pipeline.warehouse.engine import role_url


def demo(
    scale: Annotated[float, typer.Option(min=0.001, help="Size; 1 is the whole Kreis.")] = 0.1,
    months: Annotated[int, typer.Option(min=1, help="Months to simulate and process.")] = 15,
    seed: Annotated[int, typer.Option(help="Same seed, same figures.")] = 1,
) -> None:
    """Invent a small Kreis and run the whole pipeline on its deliveries, month by month."""
    settings = read_settings()
    kreis = read_kreis(settings.config)
    if not kreis.demo:
        raise ConfigError(
            f"{settings.config} is not marked as a demo; the demo invents its people."
        )
    calendar = [next_month(kreis.first_month, step) for step in range(months)]
    check_months(kreis, calendar)
    init_demo_keys(settings)
    _simulate_once(settings, kreis, max(1, round(kreis.foreign_residents * scale)), months, seed)
    run_months(settings, calendar)
    say(f"Report     {settings.report / 'index.html'}")
    say(f"Warehouse  {role_url(settings, 'kim_analyst')}")
    say("Look       make ui, kim sql, kim link evaluate --truth " + str(_truth(settings)))


def _simulate_once(settings: Settings, kreis: Kreis, persons: int, months: int, seed: int) -> None:
    """Invent the deliveries, unless those of the same parameters are there already."""
    wanted = {"persons": persons, "months": months, "seed": seed, "kreis": kreis.ags}
    note = _truth(settings) / "parameters.json"
    if note.exists() and json.loads(note.read_text("utf-8")) == wanted:
        return
    if note.exists():
        raise ConfigError(
            f"{settings.home} holds another demo; choose another KIM_HOME or remove that folder."
        )
    say(f"Inventing {persons} foreign residents of {kreis.name} over {months} months")
    invent(kreis, settings.inbox, persons, months, seed)
    note.write_text(json.dumps(wanted), encoding="utf-8")


def _truth(settings: Settings) -> Path:
    return settings.inbox / "truth"
