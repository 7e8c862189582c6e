"""The keys a release needs, as raw bytes from the keyring."""

from dataclasses import dataclass, field

from kim_pipeline.disclosure.cell_key import KEY_BYTES
from kim_pipeline.errors import DisclosureError


@dataclass(frozen=True)
class DisclosureKeys:
    """Record key key, cell key and audit key (32 bytes each) and the cell key's name."""

    k_rec: bytes = field(repr=False)
    k_cell: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    kid: str

    def __post_init__(self) -> None:
        if {len(self.k_rec), len(self.k_cell), len(self.audit)} != {KEY_BYTES}:
            raise DisclosureError(f"The disclosure keys must have {KEY_BYTES} bytes each.")
        if self.k_rec == self.k_cell:
            raise DisclosureError("Record keys and cell keys need two different keys.")
