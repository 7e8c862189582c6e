"""Lives are as the assumptions say and obey the law but for planted breaks."""

from datetime import date

from kim_pipeline.simulation.world import World

TODAY = date(2025, 8, 31)


def _residents(world: World) -> list:  # type: ignore[type-arg]
    return [
        life
        for life in world.lives
        if life.household.entry != "german" and life.foreign_resident_on(TODAY)
    ]


def test_a_fifth_to_a_quarter_of_the_residents_receive_benefits(world: World) -> None:
    residents = _residents(world)
    receiving = [r for r in residents if any(s.began <= TODAY < s.ended for s in r.spells)]
    assert 0.17 < len(receiving) / len(residents) < 0.28


def test_a_good_share_arrived_within_36_months(world: World) -> None:
    residents = _residents(world)
    new = [r for r in residents if r.person.arrived > date(2022, 8, 31)]
    assert 0.13 < len(new) / len(residents) < 0.28


def test_nobody_is_born_after_arriving(world: World) -> None:
    assert all(life.person.real_birth <= life.person.arrived for life in world.lives)


def test_titles_follow_each_other_without_overlap(world: World) -> None:
    for life in world.lives:
        for one, after in zip(life.titles, life.titles[1:], strict=False):
            assert one.granted <= after.granted
            assert one.ended is not None


def test_the_opportunity_title_lasts_18_months(world: World) -> None:
    held = [t for life in world.lives for t in life.titles if t.status_group == "AE_CHANCE"]
    assert held
    assert all(t.valid_until and (t.valid_until - t.granted).days <= 549 for t in held)


def test_families_share_their_homes(world: World) -> None:
    homes = {life.person.number: life.household.homes for life in world.lives}
    for life in world.lives:
        assert all(homes[m.number] == life.household.homes for m in life.household.members)


def test_naturalisation_stages_are_in_order(world: World) -> None:
    for life in world.lives:
        procedure = life.naturalisation
        if procedure:
            stages = (
                procedure.requested,
                procedure.applied,
                procedure.complete,
                procedure.enquired,
                procedure.answered,
                procedure.decided,
                procedure.certificate,
            )
            known = [day for day in stages if day]
            assert known == sorted(known)
