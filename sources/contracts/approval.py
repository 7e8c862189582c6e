"""A contract within its approval: what the approval leaves out is known, but never loaded."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kim_pipeline.errors import LegalError
from kim_pipeline.kreis import Kreis
from kim_pipeline.privacy.legal_gate import Approval, approval_for
from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table


def permitted(contract: Contract, kreis: Kreis) -> Contract:
    """Give a contract within what the Kreis may process of it today.

    The demo Kreis may leave approvals out: all its people are invented. Raises LegalError where no
    approval covers the source today.
    """
    named = {approval.source for approval in kreis.approvals}
    if kreis.demo and contract.source not in named:
        return contract
    today = datetime.now(ZoneInfo(kreis.time_zone)).date()
    return within(contract, approval_for(kreis.approvals, contract.source, kreis.name, today))


def within(contract: Contract, approval: Approval) -> Contract:
    """Mark every table and field of a contract as approved or not; columns stay, without values.

    Raises LegalError when the approval names what the contract does not have, leaves out what a
    loaded row cannot do without, or asks for a consent that the contract does not tell of.
    """
    _check_names(contract, approval)
    if approval.consent and contract.consent is None:
        raise LegalError(
            f"{contract.source}: its approval asks for consent, but its contract does not say "
            "where consents stand; add consent to the contract."
        )
    return replace(contract, tables=tuple(_table(t, contract, approval) for t in contract.tables))


def _check_names(contract: Contract, approval: Approval) -> None:
    known = {table.name: {field.name for field in table.fields} for table in contract.tables}
    for name, fields in approval.tables.items():
        strange = [name] if name not in known else sorted((fields or set()) - known[name])
        if strange:
            raise LegalError(
                f"{contract.source}: its approval names {', '.join(strange)}, which its contract "
                "does not have; correct the Kreis configuration (approvals)."
            )


def _table(table: Table, contract: Contract, approval: Approval) -> Table:
    if table.name not in approval.tables:
        return replace(table, approved=False)
    fields = tuple(
        replace(field, approved=approval.covers(table.name, field.name)) for field in table.fields
    )
    lacking = [field.name for field in fields if not field.approved and _needed(field)]
    if lacking:
        raise LegalError(
            f"{contract.source}, table {table.name}: its approval leaves out {', '.join(lacking)}, "
            "without which no row can be told from another; approve them or leave out the table."
        )
    return replace(table, fields=fields)


def _needed(field: Field) -> bool:
    return field.key_position is not None or field.required
