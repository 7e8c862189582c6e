"""Does a consent cover every person of a delivery, where the contract asks for one (R15)?

The intake leaves out who gave none; a delivery sealed at the authority comes as that left it. What
is looked at is what waits to be taken in and linked.
"""

from collections.abc import Callable
from datetime import date

import pandas as pd

from kim_pipeline.kreis import read_kreis
from kim_pipeline.periods import last_day
from quality_checks.frames import plain_frame
from quality_checks.hub import Hub
from quality_checks.rule import Rule
from quality_checks.shapes import holds
from sources.contracts.approval import permitted
from sources.contracts.contract import Consent, Contract
from sources.contracts.tables import Table
from sources.incoming.pseudonymise import read_incoming

NAME = "consent_given"
PERSON = "person"


def consent_rules(contract: Contract) -> tuple[Rule, ...]:
    """Give the rule of a contract that asks for consent, named `<person table>__consent_given`."""
    if contract.consent is None or contract.person_table is None:
        return ()
    text = (
        "A consent covers every person (R15).",
        "Für jede Person liegt eine Einwilligung vor (R15).",
    )
    return (holds(f"{contract.person_table.name}__{NAME}", text),)


def consent_frame(contract: Contract) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that tells for each person of a month whether a consent covers them.

    Nothing is told where the approval keeps the consents themselves from being loaded.
    """

    def load(month: date, hub: Hub) -> pd.DataFrame:
        (rule,), consent, persons = consent_rules(contract), contract.consent, contract.person_table
        if consent is None or persons is None:
            return pd.DataFrame()
        given = _incoming(hub, contract, month, consent.table)
        covered = consenting(given, consent, contract.table(consent.table), last_day(month))
        people = _incoming(hub, contract, month, persons.name)[_person(persons)]
        loaded = consents_loaded(permitted(contract, read_kreis(hub.settings.config)), consent)
        told = people.isin(covered).astype("boolean").where(pd.Series(loaded, people.index))
        return pd.DataFrame({rule.name: told})

    return load


def consents_loaded(contract: Contract, consent: Consent) -> bool:
    """Tell whether a contract within its approval loads what says who consents."""
    table = contract.table(consent.table)
    scope = () if consent.scope is None else (consent.scope[0],)
    names = (consent.person, consent.given_on, consent.ends_on, *scope)
    return table.approved and all(table.field(name).approved for name in names)


def consenting(given: pd.DataFrame, consent: Consent, table: Table, day: date) -> frozenset[str]:
    """List the pseudonyms with a consent that had been given by a day and had not ended on it."""
    today = pd.Timestamp(day)
    start, end = given[consent.given_on], given[consent.ends_on]
    holding = (start <= today) & (end.isna() | (end > today))
    if consent.scope is not None:
        name, value = consent.scope
        holding &= given[name] == value
    return frozenset(given.loc[holding, _person(table)].dropna())


def _incoming(hub: Hub, contract: Contract, month: date, name: str) -> pd.DataFrame:
    return plain_frame(read_incoming(hub.settings, contract.source, month, name))


def _person(table: Table) -> str:
    """Name the staged column that holds the pseudonym of the person."""
    return next(
        rule.column or field.name
        for field in table.fields
        for rule in field.rules_named("pseudonymise")
        if rule.domain == PERSON
    )
