"""Where a sealed delivery lies: one file per source and month, whatever it was made from."""

from dataclasses import replace

from sources.contracts.contract import Contract

FORMAT = "sealed"
FILE_NAME = "delivery.kim"
_MONTH, _TOWN = "{month}", "{town}"


def as_sealed(contract: Contract) -> Contract:
    """Give the contract as the hub reads it where authorities seal: the same but for its place.

    A server keeps its address up to the month, or to the towns, which are sealed as one; folders
    and databases become the source's folder in the inbox. The manifest beside the file is
    required, for it carries the delivery's number.
    """
    location = contract.location
    remote = location.transport.kind == "sftp" and _MONTH in location.template
    before = _before(location.template) if remote else ""
    transport = replace(
        location.transport, kind="sftp" if remote else "folder", manifest_required=True
    )
    template = f"{before or f'${{KIM_INBOX}}/{contract.source}/'}{_MONTH}/{FILE_NAME}"
    placed = replace(location, format=FORMAT, template=template, transport=transport, archive=None)
    return replace(contract, location=placed)


def is_sealed(contract: Contract) -> bool:
    """Tell whether the contract's deliveries come sealed."""
    return contract.location.format == FORMAT


def _before(template: str) -> str:
    """Give the part of an address that comes before the month and all towns."""
    before = template.partition(_MONTH)[0]
    return f"{before.partition(_TOWN)[0].rpartition('/')[0]}/" if _TOWN in before else before
