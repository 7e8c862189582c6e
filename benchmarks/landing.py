"""Sealing a delivery, against encrypting it in one piece and against writing it in the clear."""

import io
import tempfile
from pathlib import Path

from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes

from benchmarks.comparison import Comparison, compare
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.sealed_file import seal

SIZE = 32 << 20


def run() -> Comparison:
    """Compare on 32 MiB; a value is a byte."""
    content, key = get_random_bytes(SIZE), Key("benchmark", get_random_bytes(32))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def one_piece() -> None:
            cipher = AES.new(key.secret, AES.MODE_GCM)
            (folder / "piece").write_bytes(cipher.encrypt_and_digest(content)[0])

        def in_chunks() -> None:
            (folder / "sealed").unlink(missing_ok=True)
            seal(io.BytesIO(content), folder / "sealed", key, {})

        return compare(
            "Landing zone",
            SIZE,
            {
                "sealed_file (64 KiB chunks)": in_chunks,
                "AES-GCM in one piece": one_piece,
                "no encryption": lambda: (folder / "clear").write_bytes(content),
            },
        )
