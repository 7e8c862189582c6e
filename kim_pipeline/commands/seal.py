"""`kim seal`: at the authority, a delivery becomes pseudonyms and tokens for the hub alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import AsJson, tell
from kim_pipeline.errors import ContractError, LegalError
from kim_pipeline.kreis import read_approvals
from kim_pipeline.privacy.key_domains import LINK, pseudonym_domain, sender_domain
from kim_pipeline.privacy.keyring import Keyring, open_keys
from kim_pipeline.privacy.legal_gate import approval_for
from kim_pipeline.privacy.parties import HUB
from kim_pipeline.settings import read_settings
from sources.contracts.approval import within
from sources.contracts.contract import Contract, load_contract
from sources.incoming.sealing import seal_delivery

_MONTH: dict[str, Any] = {"parser": read_month, "metavar": "YYYY-MM"}


def seal(  # noqa: PLR0913, PLR0917 (the options of a command)
    contract: Annotated[Path, typer.Option(help="The contract of the source.")],
    inbox: Annotated[
        Path, typer.Option("--in", help="Folder that stands for ${KIM_INBOX} in the contract.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the sealed delivery.")],
    month: Annotated[date, typer.Option(**_MONTH, help="Month of the delivery.")],
    sequence: Annotated[
        int | None, typer.Option(min=1, help="Number of the delivery; rises for a correction.")
    ] = None,
    approvals: Annotated[
        Path | None, typer.Option(help="File of approvals; nothing beyond them is sealed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Pseudonymise a delivery with the authority's own keys and seal it to the hub."""
    settings = replace(read_settings(), inbox=inbox.absolute())
    agreed = load_contract(contract)
    if agreed.draft:
        raise ContractError(f"{contract.name} is a draft; seal by the contract that was agreed.")
    source = agreed.source
    domains = [pseudonym_domain(source), sender_domain(source), LINK]
    keyring = open_keys(settings, domains, demo_allowed=True)
    described = _approved(agreed, approvals, keyring) if approvals else agreed
    done = seal_delivery(described, month, out, settings, keyring, sequence=sequence)
    facts = {
        "file": done.file,
        "number": done.sequence,
        "rows read": done.rows_read,
        "rows sealed": done.rows_sealed,
        "persons": done.persons,
    }
    tell({**facts, **done.troubles}, as_json)


def _approved(contract: Contract, approvals: Path, keyring: Keyring) -> Contract:
    """Narrow a contract to its approval, which must name the Kreis whose hub will read it."""
    own = [a for a in read_approvals(approvals) if a.source == contract.source]
    if not own:
        raise LegalError(f"{approvals} holds no approval for {contract.source}; ask the Kreis.")
    recipient = keyring.party(HUB).recipient
    if not recipient and not keyring.demo:
        raise LegalError(
            f"{HUB}.public.json does not say which Kreis it serves, so that the approval cannot be "
            "compared with it; ask the hub for a new one: kim keys share"
        )
    today = datetime.now(UTC).date()
    approval = approval_for(own, contract.source, recipient or own[0].recipient, today)
    return within(contract, approval)
