"""The few errors the pipeline raises on purpose; a message never holds a value of a record."""


class KimError(Exception):
    """Say what was refused, where, and what to do next, in one line."""


class ConfigError(KimError):
    """A setting or the Kreis configuration is missing or wrong."""


class ContractError(KimError):
    """A source contract is not valid."""


class DeliveryError(KimError):
    """A delivery is missing, broken, or not what its contract says."""


class KeyFileError(KimError):
    """A key is missing, wrong, or kept in a way that others could read it."""


class WarehouseError(KimError):
    """The warehouse cannot be reached or is not in the expected state."""


class LinkError(KimError):
    """Records could not be linked reliably enough to enter the register."""


class DisclosureError(KimError):
    """A figure may not leave the house as it is."""
