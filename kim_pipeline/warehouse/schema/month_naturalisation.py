"""Columns of `core.person_month`: applications for naturalisation, their stages, the potential."""

from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import column

_FLAG = sa.Boolean


def _days(name: str, comment: str) -> sa.Column[Any]:
    return column(name, sa.Integer, comment, null=True)


PARTS: dict[str, tuple[sa.Column[Any], ...]] = {
    "naturalisation_applications": (
        column("naturalisation_applied_12_months", _FLAG, "Applied in the last 12 months."),
        column(
            "naturalisation_waiting", _FLAG, "Asked for an appointment and has not applied yet."
        ),
        _days(
            "naturalisation_wait_days",
            "Days from asking for an appointment to the application, if in the last 12 months.",
        ),
        column(
            "naturalisation_intake_route",
            sa.Text,
            "Where that application was handed in: KREIS, STADT, ONLINE.",
            null=True,
        ),
        column(
            "naturalisation_complete_at_intake",
            _FLAG,
            "That application was complete at the first check.",
        ),
    ),
    "naturalisation_stages": (
        column(
            "naturalisation_decided_12_months",
            _FLAG,
            "A procedure was decided in the last 12 months.",
        ),
        column("naturalisation_open_over_12", _FLAG, "Applied over 12 months ago, still open."),
        column("naturalisation_open_over_24", _FLAG, "Applied over 24 months ago, still open."),
        _days(
            "naturalisation_completion_days",
            "Days from application to completeness, of the certificate of the last 12 months.",
        ),
        _days("naturalisation_enquiry_days", "Days from completeness to the security enquiries."),
        _days("naturalisation_answer_days", "Days from the security enquiries to their answer."),
        _days("naturalisation_decision_days", "Days from that answer to the decision."),
        _days("naturalisation_certificate_days", "Days from the decision to the certificate."),
    ),
    "naturalisation_potential": (
        column(
            "resident_year_ago", _FLAG, "Was a foreign resident a year before the reference date."
        ),
        column(
            "resident_10_years", _FLAG, "Such a resident who had been in Germany for 10 years then."
        ),
        column(
            "resident_6_years", _FLAG, "Such a resident who had been in Germany for 6 years then."
        ),
        column(
            "naturalisation_eligible",
            _FLAG,
            "Foreign resident for 5 years in Germany with a title that admits naturalisation.",
        ),
        column(
            "former_case_eligible",
            _FLAG,
            "Had KIM cases, all closed; may be naturalised and gets no SGB II, or applied since.",
        ),
        column(
            "former_case_applied", _FLAG, "Applied within 36 months after the last of these cases."
        ),
    ),
    "year_before": (
        column(
            "resident_in_year", _FLAG, "Foreign resident on the reference date or a year before it."
        ),
        column(
            "status_step_year_ago",
            sa.Text,
            "Step on the way to a lasting stay a year ago; ABSENT who was no resident then.",
            null=True,
        ),
        column(
            "status_step",
            sa.Text,
            "The same on the reference date; GERMAN who was naturalised in the year since.",
            null=True,
        ),
        column(
            "benefit_system_year_ago",
            sa.Text,
            "Benefits a year ago as in benefit_system; ABSENT who was no resident then.",
            null=True,
        ),
    ),
}
