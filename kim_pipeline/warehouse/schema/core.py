"""Schema `core`: persons, spells, procedures and person months, each kept in two times."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kim_pipeline.warehouse.schema.base import UUID, column, known_columns, table, valid_columns

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
    column("assessed_on", sa.Date, "Assessment finished.", null=True),
    column("planned_on", sa.Date, "Support plan agreed.", null=True),
    column("close_reason", sa.Text, "Why the case was closed.", null=True),
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

_FLAG = sa.Boolean

person_month = table(
    "person_month_history",
    "core",
    "One row per person and month: all dimensions and flags that indicators count.",
    column(
        "month",
        sa.Date,
        "Month, written as its first day; the reference date is its last.",
        key=True,
    ),
    column("person_id", UUID, "Person.", key=True),
    column("town_ags", sa.Text, "Town of residence.", null=True),
    column("sex", sa.Text, "Sex: m, w, d.", null=True),
    column("birth_year", sa.Integer, "Year of birth.", null=True),
    column("age", sa.SmallInteger, "Age in years (reference year minus year of birth).", null=True),
    column("age_group", sa.Text, "Age group.", null=True),
    column("nationality", sa.Text, "Nationality, Destatis state code.", null=True),
    column("nationality_group", sa.Text, "Nationality group used in reports.", null=True),
    column("arrived_on", sa.Date, "First arrival in Germany.", null=True),
    column(
        "years_since_arrival",
        sa.Text,
        "Group of years since arrival: 1, 3, 5, 8, over_8.",
        null=True,
    ),
    column("status_group", sa.Text, "Residence status group on the reference date.", null=True),
    column("title_list", sa.Text, "AZR code list of the current title.", null=True),
    column("title_code", sa.Text, "AZR code of the current title.", null=True),
    column(
        "chance_title_months_left",
        sa.Text,
        "Months until the § 104c title ends: 0_3, 4_6, 7_12, 13_18.",
        null=True,
    ),
    column(
        "in_sources",
        postgresql.ARRAY(sa.Text),
        "Sources that delivered a record of the person, in the order of the alphabet.",
    ),
    column(
        "foreign_resident", _FLAG, "Foreign national living here: file A on the reference date."
    ),
    column(
        "newly_arrived", _FLAG, "Foreign resident who arrived in Germany at most 36 months ago."
    ),
    column("work_title", _FLAG, "Holds a residence permit for work."),
    column("asylum_benefit_status", _FLAG, "Gets asylum seekers' benefits by residence status."),
    column("chance_title", _FLAG, "Holds a § 104c title (Chancen-Aufenthaltsrecht)."),
    column("sgb2_benefit", _FLAG, "Receives SGB II benefits on the reference date."),
    column(
        "asylum_benefit",
        _FLAG,
        "Receives asylum seekers' benefits (AsylbLG) on the reference date.",
    ),
    column(
        "employed", _FLAG, "Employed with social insurance on the reference date (job-centre view)."
    ),
    column("job_centre_case_management", _FLAG, "In the job centre's case management."),
    column("case_active", _FLAG, "Has an open KIM case on the reference date."),
    column("case_opened", _FLAG, "A KIM case was opened in the month."),
    column("case_closed", _FLAG, "A KIM case was closed in the month."),
    column("case_ever", _FLAG, "Has or had a KIM case by the reference date."),
    column(
        "support_overlap",
        _FLAG,
        "Two bodies work on the same field of action for at least 30 days.",
    ),
    column(
        "support_overlap_agreed", _FLAG, "Such an overlap with a case conference or named lead."
    ),
    column("naturalisation_open", _FLAG, "Has an open naturalisation application."),
    column("naturalised_12_months", _FLAG, "Was naturalised in the last 12 months."),
    column(
        "naturalisation_outcome",
        sa.Text,
        "Outcome of a procedure that ended in the last 12 months.",
        null=True,
    ),
    column(
        "naturalisation_days",
        sa.Integer,
        "Days from application to certificate, if in the last 12 months.",
        null=True,
    ),
    column(
        "benefit_gap_days",
        sa.Integer,
        "Days from recognition or § 24 title to the first SGB II benefit.",
        null=True,
    ),
    column("benefit_gap_over_30", _FLAG, "That gap was longer than 30 days."),
    *known_columns(),
    postgresql_partition_by="RANGE (month)",
)

HISTORIES: dict[str, sa.Table] = {
    "person": person,
    "residence_spell": residence_spell,
    "benefit_spell": benefit_spell,
    "case_spell": case_spell,
    "support_spell": support_spell,
    "naturalisation_procedure": naturalisation_procedure,
    "person_month": person_month,
}
