"""Spells and person months follow from the records, the links and what was known when."""

from datetime import date

import pytest
import sqlalchemy as sa
from world import KNOWN, LATER, MONTH, TOWN, key

from kim_pipeline.core.build import knowledge_of
from kim_pipeline.errors import DeliveryError


def test_titles_that_touch_become_one_spell(world):
    world.resident(1, 1)
    world.title(11, 1, "027", date(2024, 3, 1), ended_on=date(2025, 2, 28))
    world.title(12, 1, "027", date(2025, 3, 1), valid_until=date(2028, 3, 1))
    world.build()
    assert world.spells(
        "residence_spell", "title_code", "status_group", "valid_from", "valid_to", "valid_until"
    ) == [("027", "AE_HUM_SCHUTZ", date(2024, 3, 1), None, date(2028, 3, 1))]


def test_a_person_month_knows_both_authorities(world):
    world.resident(1, 1)
    world.title(11, 1, "027", date(2025, 6, 1))
    world.client(2, 1)
    world.benefit(21, 2, date(2025, 8, 10))
    world.build()
    row = world.month_of(1)
    assert (row["foreign_resident"], row["newly_arrived"], row["sgb2_benefit"]) == (
        True,
        True,
        True,
    )
    assert row["in_sources"] == ["immigration_office", "job_centre"]
    assert (row["age"], row["age_group"], row["status_group"]) == (35, "35_49", "AE_HUM_SCHUTZ")
    assert (row["benefit_gap_days"], row["benefit_gap_over_30"]) == (70, True)


@pytest.mark.parametrize(("last_day", "received"), [(29, False), (30, True)])
def test_a_benefit_is_received_up_to_and_on_its_last_day(world, last_day, received):
    world.resident(1, 1)
    world.client(2, 1)
    world.benefit(21, 2, date(2024, 1, 1), date(2025, 9, last_day))
    world.build()
    assert world.month_of(1)["sgb2_benefit"] is received


def test_approvals_that_follow_each_other_are_one_spell(world):
    world.resident(1, 1)
    world.client(2, 1)
    world.benefit(21, 2, date(2024, 1, 1), date(2024, 12, 31))
    world.benefit(22, 2, date(2025, 1, 1))
    world.build()
    assert world.spells("benefit_spell", "valid_from", "valid_to") == [(date(2024, 1, 1), None)]


@pytest.mark.parametrize(
    ("began_on", "gap"),
    [(date(2024, 9, 30), None), (date(2024, 10, 1), 30), (date(2025, 9, 30), 394)],
)
def test_a_benefit_gap_counts_in_the_year_in_which_the_benefit_began(world, began_on, gap):
    world.resident(1, 1)
    world.title(11, 1, "027", date(2024, 9, 1))
    world.client(2, 1)
    world.benefit(21, 2, began_on)
    world.build()
    assert world.month_of(1)["benefit_gap_days"] == gap


def test_benefits_before_the_recognition_do_not_hide_the_gap(world):
    world.resident(1, 1)
    world.title(11, 1, "027", date(2025, 6, 1))
    world.client(2, 1)
    world.benefit(21, 2, date(2023, 1, 1), date(2023, 6, 30))
    world.benefit(22, 2, date(2025, 7, 1))
    world.build()
    assert world.month_of(1)["benefit_gap_days"] == 30


def test_who_already_receives_benefits_at_recognition_has_no_gap(world):
    world.resident(1, 1)
    world.title(11, 1, "027", date(2025, 6, 1))
    world.client(2, 1)
    world.benefit(21, 2, date(2025, 1, 1), date(2025, 7, 31))
    world.benefit(22, 2, date(2025, 9, 1))
    world.build()
    assert world.month_of(1)["benefit_gap_days"] is None


@pytest.mark.parametrize(
    ("valid_until", "held", "group"),
    [
        (date(2025, 9, 29), False, None),
        (date(2025, 9, 30), True, "0_3"),
        (date(2026, 3, 30), True, "4_6"),
        (None, True, None),
    ],
)
def test_a_chance_title_counts_until_it_expires(world, valid_until, held, group):
    world.resident(1, 1)
    world.title(11, 1, "489", date(2024, 4, 1), valid_until=valid_until)
    world.build()
    row = world.month_of(1)
    assert (row["chance_title"], row["chance_title_months_left"]) == (held, group)


@pytest.mark.parametrize(
    ("outcome", "still_open"), [("OFFEN", True), ("ABGELEHNT", False), ("EINGESTELLT", False)]
)
def test_a_decision_without_certificate_ends_a_procedure_unless_it_is_open(
    world, outcome, still_open
):
    world.resident(1, 1)
    world.row(
        "immigration_office_naturalisations",
        41,
        record_pseudonym=key(1),
        applied_on=date(2024, 9, 1),
        decided_on=date(2025, 8, 1),
        outcome=outcome,
    )
    world.build()
    row = world.month_of(1)
    assert row["naturalisation_open"] is still_open
    assert row["naturalisation_outcome"] == (None if still_open else outcome)


@pytest.mark.parametrize(("day", "newly"), [(29, False), (30, True)])
def test_newly_arrived_means_at_most_36_months_ago(world, day, newly):
    world.resident(1, 1, arrived_on=date(2022, 9, day))
    world.build()
    assert world.month_of(1)["newly_arrived"] is newly


def test_a_record_that_is_no_longer_delivered_ends_its_spell(world, tables):
    world.resident(1, 1)
    world.client(2, 1)
    world.row(
        "job_centre_benefits",
        21,
        record_pseudonym=key(2),
        benefit="SGB2",
        began_on=date(2024, 1, 1),
        valid_from=date(2025, 8, 1),
        valid_to=MONTH,
    )
    world.build()
    assert world.spells("benefit_spell", "valid_from", "valid_to") == [(date(2024, 1, 1), MONTH)]


def test_a_closed_file_is_not_a_resident(world):
    world.resident(1, 1, file="B", left_reason="EINBUERGERUNG", left_on=date(2025, 8, 1))
    world.build()
    assert world.month_of(1)["foreign_resident"] is False
    assert world.month_of(1)["in_sources"] == ["immigration_office"]


def test_benefits_are_told_apart_by_their_system_whoever_pays_them(world):
    world.client(2, 1)
    world.row(
        "job_centre_benefits",
        21,
        record_pseudonym=key(2),
        benefit="ASYLBLG",
        began_on=date(2025, 8, 10),
    )
    world.build()
    row = world.month_of(1)
    assert (row["asylum_benefit"], row["sgb2_benefit"]) == (True, False)


def test_two_bodies_on_one_field_of_action_overlap(world):
    world.resident(1, 1)
    world.client(2, 1)
    world.row(
        "job_centre_case_management_episodes",
        22,
        record_pseudonym=key(2),
        topic="ARBEIT",
        began_on=date(2025, 7, 1),
    )
    world.row("case_management_clients", 3, record_pseudonym=key(3), nationality="475")
    world.link("case_management", 3, 1)
    world.row(
        "case_management_cases",
        31,
        record_pseudonym=key(3),
        body="KREIS",
        intake_on=date(2025, 7, 15),
    )
    world.row(
        "case_management_goals", 32, case_key=key(31), topic="ARBEIT", set_on=date(2025, 7, 20)
    )
    world.build()
    row = world.month_of(1)
    assert tuple(row[c] for c in ("case_active", "support_overlap", "support_overlap_agreed")) == (
        True,
        True,
        False,
    )
    assert world.spells("support_spell", "body", "topic") == [
        ("JOB_CENTRE", "ARBEIT"),
        ("KREIS", "ARBEIT"),
    ]


def test_days_to_naturalisation_count_from_application_to_certificate(world):
    world.resident(1, 1)
    world.row(
        "immigration_office_naturalisations",
        41,
        record_pseudonym=key(1),
        applied_on=date(2024, 9, 1),
        certificate_on=date(2025, 9, 1),
        outcome="EINGEBUERGERT",
    )
    world.build()
    row = world.month_of(1)
    assert (row["naturalised_12_months"], row["naturalisation_days"]) == (True, 365)
    assert (row["naturalisation_open"], row["naturalisation_outcome"]) == (False, "EINGEBUERGERT")


def test_the_lowest_precedence_wins_attribute_by_attribute(world):
    world.resident(1, 1, birth_year=None)
    world.client(2, 1)
    world.build()
    assert world.spells("person", "birth_year", "file", "sources") == [(1990, "A", 2)]


def test_building_again_writes_nothing(world):
    world.resident(1, 1)
    world.build()
    world.build()
    assert (world.change.opened, world.change.closed) == (0, 0)


def test_a_later_correction_restates_the_month_and_the_earlier_view_stays(world, tables):
    world.resident(1, 1)
    world.build()
    staged = tables["immigration_office_persons"]
    world.connection.execute(staged.update().values(known_to=LATER))
    world.row(
        "immigration_office_persons",
        1,
        record_pseudonym=key(1),
        nationality="475",
        birth_year=1990,
        town_ags=TOWN,
        file="B",
        known_from=LATER,
    )
    world.build(known_at=LATER)
    assert world.month_of(1)["foreign_resident"] is False
    before = sa.text("SELECT foreign_resident FROM core.person_month_as_of(:known)")
    assert world.connection.execute(before, {"known": KNOWN}).scalars().all() == [True]


def test_a_month_before_the_first_delivery_is_refused(world):
    with pytest.raises(DeliveryError, match="2025-01"):
        knowledge_of(world.connection, date(2025, 1, 1))
