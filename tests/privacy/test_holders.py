"""A party is told what belongs to it, and nothing about keys of others but whose they are."""

from pathlib import Path

import pytest

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.holders import check_held, check_own_only, domains_in, holder_of
from kim_pipeline.privacy.key_domains import LINK, authority_domains, hub_domains

SOURCES = ("immigration_office", "job_centre")
PARTIES = {
    "an office that reads deliveries itself": hub_domains(SOURCES),
    "a hub of sealed deliveries": hub_domains(SOURCES, sealed=True),
    "the trust office": [LINK],
    "the authority job_centre": [*authority_domains("job_centre"), LINK],
}


def keys(folder: Path, domains: list[str]) -> Path:
    """Lay key files down by name; whose they are is told without opening one."""
    for domain in domains:
        (folder / f"{domain}.key.json").touch()
    return folder


@pytest.mark.parametrize("title", PARTIES)
def test_a_party_is_known_by_its_keys_and_may_hold_them_all(title: str, tmp_path: Path) -> None:
    holder = check_own_only(keys(tmp_path, PARTIES[title]))
    assert holder.title == title
    assert all(holder.may_hold(domain) for domain in domains_in(tmp_path))
    check_held(tmp_path, PARTIES[title])


@pytest.mark.parametrize("domain", hub_domains(SOURCES, sealed=True))
def test_a_hub_that_lost_a_key_is_still_a_hub(domain: str, tmp_path: Path) -> None:
    left = [name for name in PARTIES["a hub of sealed deliveries"] if name != domain]
    holder = holder_of(keys(tmp_path, left))
    assert holder is not None
    assert holder.title == "a hub of sealed deliveries"
    check_held(tmp_path, [domain])


@pytest.mark.parametrize(
    ("title", "domain", "said"),
    [
        ("a hub of sealed deliveries", "recontact-job_centre", "authority job_centre: run this"),
        ("a hub of sealed deliveries", "pseudonym-job_centre", "deliveries: sealed"),
        ("a hub of sealed deliveries", LINK, "the trust office and the authorities: seal there"),
        ("the authority job_centre", "pseudonym-immigration_office", "immigration_office: run"),
        ("the authority job_centre", "register", "a key of the hub: run this there"),
        ("the trust office", "hub", "a key of the hub: run this there"),
        ("an office that reads deliveries itself", "receiving", "kim keys init --hub"),
        ("an office that reads deliveries itself", "recontact-job_centre", "run this there"),
    ],
)
def test_nobody_is_told_to_restore_a_key_of_another(
    title: str, domain: str, said: str, tmp_path: Path
) -> None:
    keys(tmp_path, PARTIES[title])
    with pytest.raises(KeyFileError, match=said) as refused:
        check_held(tmp_path, [domain])
    assert title in str(refused.value)
    assert "restore it" not in str(refused.value)


@pytest.mark.parametrize(
    ("title", "strange"),
    [
        ("a hub of sealed deliveries", LINK),
        ("a hub of sealed deliveries", "pseudonym-job_centre"),
        ("a hub of sealed deliveries", "recontact-job_centre"),
        ("the authority job_centre", "pseudonym-immigration_office"),
        ("the authority job_centre", "register"),
    ],
)
def test_a_key_that_a_party_must_not_have_is_named(
    title: str, strange: str, tmp_path: Path
) -> None:
    keys(tmp_path, [*PARTIES[title], strange])
    with pytest.raises(KeyFileError, match=f"{strange} must not lie there"):
        check_own_only(tmp_path)


def test_two_authorities_have_a_folder_each(tmp_path: Path) -> None:
    keys(tmp_path, [domain for source in SOURCES for domain in authority_domains(source)])
    with pytest.raises(KeyFileError, match="keys of 2 authorities"):
        holder_of(tmp_path)
