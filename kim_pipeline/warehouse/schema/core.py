"""Schema `core`: persons, spells and procedures, and the list of all histories in two times."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema import case_work, conflicts, whereabouts
from kim_pipeline.warehouse.schema.base import UUID, column, known_columns, table, valid_columns
from kim_pipeline.warehouse.schema.person_month import person_month

person = table(
    "person_history",
    "core",
    "One row per person: the newest attributes, by declared precedence of the sources.",
    column("person_id", UUID, "Person, found by linkage; no source knows it.", key=True),
    column("sex", sa.Text, "Sex: m, w, d.", null=True),
    column("birth_year", sa.Integer, "Year of birth.", null=True),
    column("nationality", sa.Text, "Nationality, Destatis state code.", null=True),
    column("nationality_group", sa.Text, "Nationality group used in reports.", null=True),
    column("town_ags", sa.Text, "Town of residence, official municipality key.", null=True),
    column("arrived_on", sa.Date, "First arrival in Germany.", null=True),
    column(
        "arrived_on_precision",
        sa.Text,
        "What is known of it: day, month or year; the date is the first day of that time.",
        null=True,
    ),
    column("arrived_in_district_on", sa.Date, "Moved into the Kreis.", null=True),
    column("file", sa.Text, "Immigration office file: A living here, B left.", null=True),
    column("left_reason", sa.Text, "Why the file was closed.", null=True),
    column("left_on", sa.Date, "When the file was closed.", null=True),
    column("sources", sa.SmallInteger, "Number of sources that know the person."),
    column("records", sa.SmallInteger, "Number of source records that belong to the person."),
    *known_columns(),
)

residence_spell = table(
    "residence_spell_history",
    "core",
    "Residence titles and statuses of a person over time.",
    column("person_id", UUID, "Person.", key=True),
    column("title_list", sa.Text, "AZR code list of the title.", key=True),
    column("title_code", sa.Text, "AZR code of the title.", key=True),
    column("status_group", sa.Text, "Status group the code belongs to."),
    column("valid_until", sa.Date, "Date up to which the title was issued.", null=True),
    *valid_columns(),
    *known_columns(),
)

benefit_spell = table(
    "benefit_spell_history",
    "core",
    "Receipt of social benefits over time, over all sources that pay them.",
    column("person_id", UUID, "Person.", key=True),
    column("benefit", sa.Text, "Benefit system: SGB2, ASYLBLG.", key=True),
    *valid_columns(),
    *known_columns(),
)

employment_spell = table(
    "employment_spell_history",
    "core",
    "Employment over time, as the job centre knows it.",
    column("person_id", UUID, "Person.", key=True),
    column("employment_type", sa.Text, "Kind of employment: SVB is insured.", key=True),
    *valid_columns(),
    *known_columns(),
)

case_spell = table(
    "case_spell_history",
    "core",
    "Cases of the KIM case management.",
    column("case_key", UUID, "Case, keyed pseudonym.", key=True),
    column("person_id", UUID, "Person."),
    column("body", sa.Text, "Body that keeps the case.", null=True),
    column("town_ags", sa.Text, "Town of the case, official municipality key.", null=True),
    column("access_route", sa.Text, "How the person came to the case management.", null=True),
    column("phase", sa.Text, "Phase reached.", null=True),
    column("clearing_ended_on", sa.Date, "Clearing finished.", null=True),
    column("assessed_on", sa.Date, "Assessment finished.", null=True),
    column("planned_on", sa.Date, "Support plan agreed.", null=True),
    column("evaluated_on", sa.Date, "Case evaluated.", null=True),
    column("close_reason", sa.Text, "Why the case was closed.", null=True),
    column("lead_body", sa.Text, "Body named to lead where several work.", null=True),
    *valid_columns(key=False),
    *known_columns(),
)

support_spell = table(
    "support_spell_history",
    "core",
    "Who works with a person on which field of action (Handlungsfeld), over time.",
    column("person_id", UUID, "Person.", key=True),
    column("body", sa.Text, "Body that gives the support.", key=True),
    column("topic", sa.Text, "Field of action (Handlungsfeld).", key=True),
    *valid_columns(),
    *known_columns(),
)

course_spell = table(
    "course_spell_history",
    "core",
    "Integration courses: entitlement, the time in the course, the result.",
    column("course_key", UUID, "Course of a person, keyed pseudonym.", key=True),
    column("person_id", UUID, "Person."),
    column("course_type", sa.Text, "Type of integration course, AZR code.", null=True),
    column("entitled_on", sa.Date, "Day of entitlement.", null=True),
    column("result", sa.Text, "Result: B1, A2, attended, dropped out.", null=True),
    column("valid_from", sa.Date, "Day the course began; empty = not begun.", null=True),
    column(
        "valid_to",
        sa.Date,
        "First day after the course; empty = still in it, or not begun.",
        null=True,
    ),
    *known_columns(),
)

naturalisation_procedure = table(
    "naturalisation_procedure_history",
    "core",
    "Naturalisation procedures with their stages.",
    column("procedure_key", UUID, "Procedure, keyed pseudonym.", key=True),
    column("person_id", UUID, "Person."),
    column("town_ags", sa.Text, "Town, official municipality key.", null=True),
    column("appointment_requested_on", sa.Date, "Appointment requested.", null=True),
    column("applied_on", sa.Date, "Application received.", null=True),
    column("complete_on", sa.Date, "Application complete.", null=True),
    column("security_enquiry_on", sa.Date, "Security enquiries sent.", null=True),
    column("security_answer_on", sa.Date, "Security enquiries answered.", null=True),
    column("decided_on", sa.Date, "Decision.", null=True),
    column("certificate_on", sa.Date, "Certificate handed over: the date that counts.", null=True),
    column("outcome", sa.Text, "Outcome of the procedure.", null=True),
    column("legal_basis", sa.Text, "Legal basis.", null=True),
    column("intake_route", sa.Text, "Where the application was handed in.", null=True),
    *known_columns(),
)

HISTORIES: dict[str, sa.Table] = {
    "person": person,
    "address_spell": whereabouts.address_spell,
    "departure": whereabouts.departure,
    "residence_spell": residence_spell,
    "benefit_spell": benefit_spell,
    "employment_spell": employment_spell,
    "case_spell": case_spell,
    "support_spell": support_spell,
    "goal": case_work.goal,
    "referral": case_work.referral,
    "contact": case_work.contact,
    "conference": case_work.conference,
    "consent": case_work.consent,
    "course_spell": course_spell,
    "naturalisation_procedure": naturalisation_procedure,
    "conflict": conflicts.conflict,
    "conflict_count": conflicts.conflict_count,
    "person_month": person_month,
}
