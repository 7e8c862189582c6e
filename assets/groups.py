"""The groups of assets, in the order of the way; numbered, since the UI lists them by name."""

DELIVERIES = "1_deliveries"
INCOMING = "2_incoming"
STAGING = "3_staging"
REGISTER = "4_register"
CORE = "5_core"
PUBLISHED = "6_published"
REPORT = "7_report"
FEEDBACK = "8_feedback"
# What the month job makes, once the sources of the month are in.
OF_THE_MONTH = (REGISTER, CORE, PUBLISHED, REPORT, FEEDBACK)
GROUPS = (DELIVERIES, INCOMING, STAGING, *OF_THE_MONTH)
