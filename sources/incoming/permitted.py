"""What may stay of a draft: persons who consent, and what the approval of the Kreis covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Consent, Contract
from sources.contracts.tables import KEY
from sources.incoming.drafts import Draft
from sources.incoming.typing import Mask


def permitted(
    contract: Contract, drafts: Mapping[str, Draft], given_by: date, holding_on: date
) -> dict[str, Draft]:
    """Leave out persons without consent, then tables and fields without approval.

    A consent counts that was given by one day and has not ended on another, the later. Rows of a
    person leave every table, however they lead to the person. Raises DeliveryError when the rows of
    a table lead to nobody, so that no consent could be asked of them.
    """
    if contract.consent is not None:
        drafts = _consenting(contract, contract.consent, drafts, (given_by, holding_on))
    return {name: _approved(draft) for name, draft in drafts.items()}


def _consenting(
    contract: Contract, consent: Consent, drafts: Mapping[str, Draft], days: tuple[date, date]
) -> dict[str, Draft]:
    allowed = {_domain(drafts, consent): _persons(drafts[consent.table], consent, *days)}
    kept: dict[str, Draft] = {}
    while len(kept) < len(drafts):
        reached = _reached({n: d for n, d in drafts.items() if n not in kept}, allowed)
        if not reached:
            raise DeliveryError(
                f"{contract.source}: the rows of {', '.join(sorted(set(drafts) - set(kept)))} lead "
                "to no person, so that no consent covers them; add a field that does."
            )
        kept |= reached
        allowed = _named(reached) | allowed
    return {name: kept[name] for name in drafts}


def _domain(drafts: Mapping[str, Draft], consent: Consent) -> str:
    rules = drafts[consent.table].table.field(consent.person).rules_named("pseudonymise")
    return rules[0].domain or ""


def _persons(draft: Draft, consent: Consent, given_by: date, holding_on: date) -> frozenset[str]:
    """List the persons with a consent that was given by one day and has not ended on the other."""
    given, ends = (draft.fields[n].to_pandas() for n in (consent.given_on, consent.ends_on))
    person = draft.table.field(consent.person).rules_named("pseudonymise")[0]
    keys = pd.Series(draft.pseudonyms[person.column or ""].to_pandas())
    holds = [
        start is not None and start <= given_by and (end is None or end > holding_on)
        for start, end in zip(given, ends, strict=True)
    ]
    if consent.scope is not None:
        name, value = consent.scope
        holds = list(np.array(holds, np.bool_) & (draft.fields[name].to_pandas() == value))
    return frozenset(keys[holds].dropna())


def _reached(
    drafts: Mapping[str, Draft], allowed: Mapping[str, frozenset[str]]
) -> dict[str, Draft]:
    """Filter the tables whose rows lead to somebody, or something, that is known already."""
    found = {}
    for name, draft in drafts.items():
        domains = draft.by_domain()
        through = next((domain for domain in allowed if domain in domains), None)
        if through is not None:
            keys = pd.Series(domains[through].to_pandas())
            found[name] = _kept(draft, keys.isin(allowed[through]).to_numpy(np.bool_))
    return found


def _named(drafts: Mapping[str, Draft]) -> dict[str, frozenset[str]]:
    named: dict[str, frozenset[str]] = {}
    for draft in drafts.values():
        for domain, keys in draft.by_domain().items():
            known = frozenset(map(str, keys.drop_null().to_pylist()))
            named[domain] = named.get(domain, frozenset()) | known
    return named


def _kept(draft: Draft, stays: Mask) -> Draft:
    rows = np.flatnonzero(stays)
    return replace(
        draft,
        fields={name: column.take(rows) for name, column in draft.fields.items()},
        pseudonyms={name: column.take(rows) for name, column in draft.pseudonyms.items()},
        towns=None if draft.towns is None else draft.towns.take(rows),
        withheld=draft.withheld + draft.rows - len(rows),
    )


def _approved(draft: Draft) -> Draft:
    table = draft.table
    if not table.approved:
        return _kept(draft, np.zeros(draft.rows, np.bool_))
    names = {field.name for field in table.fields if not field.approved}
    shown = {
        rule.column
        for field in table.fields
        if field.approved
        for rule in field.rules_named("pseudonymise")
    }
    return replace(
        draft,
        fields={n: _nothing(c) if n in names else c for n, c in draft.fields.items()},
        pseudonyms={
            n: c if n in {KEY[0], *shown} else _nothing(c) for n, c in draft.pseudonyms.items()
        },
    )


def _nothing(column: pa.Array[Any]) -> pa.Array[Any]:
    nothing: pa.Array[Any] = pa.nulls(len(column), column.type)
    return nothing
