"""What a Kreis has approved of a source, for the papers; nothing here decides what is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass

from kim_pipeline.kreis import Kreis
from kim_pipeline.privacy.legal_gate import Approval
from sources.contracts.approval import within
from sources.contracts.contract import Contract


@dataclass(frozen=True)
class ApprovalPaper:
    """One approval for readers; `left_out` says what of the contract it does not cover."""

    recipient: str
    persons: str
    purpose: str
    last_day: str
    consent: bool
    left_out: tuple[str, ...]


def approved(
    contracts: Sequence[Contract], kreis: Kreis | None
) -> list[tuple[Contract, ApprovalPaper | None]]:
    """Give each contract within its approval, whether or not that has ended, and the approval.

    Without one, the contract as it is. Raises LegalError when an approval does not fit.
    """
    given = {approval.source: approval for approval in kreis.approvals} if kreis else {}
    found: list[tuple[Contract, ApprovalPaper | None]] = []
    for contract in contracts:
        approval = given.get(contract.source)
        known = within(contract, approval) if approval else contract
        found.append((known, _paper(known, approval) if approval else None))
    return found


def _paper(contract: Contract, approval: Approval) -> ApprovalPaper:
    return ApprovalPaper(
        recipient=approval.recipient,
        persons=approval.persons,
        purpose=approval.purpose,
        last_day=approval.last_processing_day.strftime("%d.%m.%Y"),
        consent=approval.consent,
        left_out=tuple(_left_out(contract)),
    )


def _left_out(contract: Contract) -> list[str]:
    tables = [f"Tabelle {table.label}" for table in contract.tables if not table.approved]
    fields = [
        f"{field.label} ({table.label})"
        for table in contract.tables
        for field in table.fields
        if table.approved and not field.approved
    ]
    return [*tables, *fields]
