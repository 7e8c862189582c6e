"""The sealed box between two parties: every manipulation is found, at every border of a chunk."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from test_recontact import pair

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.sealed_box import open_box, seal_box
from kim_pipeline.privacy.sealed_file import CHUNK, TAG

HUB, OFFICE, STRANGER = pair(1, "receiving.aa"), pair(2, "sender-office.bb"), pair(3, "sender-x.cc")
CONTEXT = "kim|delivery|1|office|2026-10"
WHOLE = bytes(range(256)) * (CHUNK * 3 // 256) + b"end"


def sealed(folder: Path, content: bytes = WHOLE) -> bytes:
    target = folder / "box"
    seal_box([content], target, HUB.public, OFFICE, CONTEXT)
    assert target.stat().st_mode & 0o777 == 0o600
    return target.read_bytes()


def opened(box: bytes, context: str = CONTEXT) -> bytes:
    return b"".join(open_box(io.BytesIO(box), "office 2026-10", HUB, OFFICE.public, context))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_it_comes_back_whole(tmp_path: Path, size: int) -> None:
    assert opened(sealed(tmp_path, WHOLE[:size])) == WHOLE[:size]


def test_another_context_receiver_or_sender_opens_nothing(tmp_path: Path) -> None:
    box = sealed(tmp_path)
    with pytest.raises(DeliveryError, match="another source or month"):
        opened(box, CONTEXT.replace("10", "11"))
    wrong = (
        (STRANGER, OFFICE.public),
        (replace(STRANGER, kid=HUB.kid), OFFICE.public),
        (HUB, STRANGER.public),
        (HUB, replace(STRANGER.public, kid=OFFICE.kid)),
    )
    for receiver, sender in wrong:
        with pytest.raises(DeliveryError):
            list(open_box(io.BytesIO(box), "here", receiver, sender, CONTEXT))


def test_every_manipulation_is_found(tmp_path: Path) -> None:
    box = sealed(tmp_path)
    start = len(box) - 3 * (CHUNK + TAG) - 3 - TAG
    borders = [start + n * (CHUNK + TAG) for n in range(4)]
    chunks = [box[a:b] for a, b in zip(borders, [*borders[1:], None], strict=True)]
    head = box[:start]
    changed = [
        *(box[:place] for border in borders for place in (border - 1, border, border + 1)),
        *(box[:n] for n in (0, 3, 7, 8, 40)),
        head + b"".join((chunks[1], chunks[0], *chunks[2:])),
        head + b"".join((chunks[0], *chunks)),
        head + b"".join(chunks[1:]),
        box + b"\0",
        box + chunks[-1],
        *(box[:p] + bytes([box[p] ^ 1]) + box[p + 1 :] for p in (1, 6, 20, start - 9, start, -1)),
    ]
    for attempt in changed:
        with pytest.raises(DeliveryError, match="office 2026-10"):
            opened(attempt)


def test_a_failed_sealing_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> object:
        yield b"x" * CHUNK
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        seal_box(broken(), tmp_path / "box", HUB.public, OFFICE, CONTEXT)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "box").touch()
    with pytest.raises(DeliveryError, match="exists"):
        seal_box([b""], tmp_path / "box", HUB.public, OFFICE, CONTEXT)
