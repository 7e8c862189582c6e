"""Where a sealed delivery lies: one file per source and month, whatever it was made from."""

from dataclasses import replace

from sources.contracts.contract import Contract

FORMAT = "sealed"
FILE_NAME = "delivery.kim"
_MONTH = "{month}"


def as_sealed(contract: Contract) -> Contract:
    """Give the contract as the hub reads it where authorities seal: the same but for its place.

    A server keeps its address up to the month; folders and databases become the source's folder in
    the inbox. The manifest beside the file is required, for it carries the delivery's number.
    """
    location = contract.location
    remote = location.transport.kind == "sftp" and _MONTH in location.template
    before = location.template.partition(_MONTH)[0] if remote else ""
    transport = replace(
        location.transport, kind="sftp" if remote else "folder", manifest_required=True
    )
    template = f"{before or f'${{KIM_INBOX}}/{contract.source}/'}{_MONTH}/{FILE_NAME}"
    placed = replace(location, format=FORMAT, template=template, transport=transport, archive=None)
    return replace(contract, location=placed)


def is_sealed(contract: Contract) -> bool:
    """Tell whether the contract's deliveries come sealed."""
    return contract.location.format == FORMAT
