"""Keyed tokens: vectorised AES-CMAC against one `Crypto.Hash.CMAC` per value, equal in result."""

import pyarrow as pa
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from benchmarks.comparison import Comparison, compare
from kim_pipeline.privacy.batch_cmac import cmac64

VALUES = 50_000
KEY = bytes(range(32))


def run() -> Comparison:
    """Compare both on composite values of about 25 bytes."""
    texts = [f"1990-01-{n % 28 + 1:02d}|skeleton{n:06d}" for n in range(VALUES)]
    column = pa.array(texts)

    def one_by_one() -> list[bytes]:
        return [CMAC.new(KEY, t.encode(), ciphermod=AES).digest()[:8] for t in texts]

    first = int.from_bytes(one_by_one()[0], "little", signed=True)
    if cmac64(KEY, column)[0].as_py() != first:
        raise AssertionError("the two ways do not give the same tokens")
    ways = {"batch_cmac": lambda: cmac64(KEY, column), "Crypto.Hash.CMAC": one_by_one}
    return compare("Tokens", VALUES, ways)
