-- How long each stage took of the procedures that gave a certificate, and which are open for long.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), certified AS (
    -- The procedure whose length naturalisation_days gives. Days that run backwards are unknown.
    SELECT DISTINCT ON (p.person_id) p.person_id,
           nullif(greatest(p.complete_on - p.applied_on, -1), -1) AS completion,
           nullif(greatest(p.security_enquiry_on - p.complete_on, -1), -1) AS enquiry,
           nullif(greatest(p.security_answer_on - p.security_enquiry_on, -1), -1) AS answer,
           nullif(greatest(p.decided_on - p.security_answer_on, -1), -1) AS decision,
           nullif(greatest(p.certificate_on - p.decided_on, -1), -1) AS certificate
    FROM kim_naturalisation_procedure p, kim_moment t, year y
    WHERE p.certificate_on > y.since AND p.certificate_on <= t.reference_date
      AND p.applied_on <= p.certificate_on
    ORDER BY p.person_id, p.certificate_on DESC, p.procedure_key
), stock AS (
    SELECT p.person_id,
           bool_or(coalesce(p.decided_on, p.certificate_on) > y.since
                   AND coalesce(p.decided_on, p.certificate_on) <= t.reference_date) AS decided,
           min(p.applied_on) FILTER (
               WHERE coalesce(p.certificate_on, CASE WHEN p.outcome <> 'OFFEN' THEN p.decided_on END,
                              DATE '9999-12-31') > t.reference_date) AS open_since
    FROM kim_naturalisation_procedure p, kim_moment t, year y
    GROUP BY p.person_id
)
SELECT s.person_id, coalesce(s.decided, false) AS naturalisation_decided_12_months,
       coalesce(s.open_since < t.reference_date - make_interval(months => t.long_procedure_months),
                false) AS naturalisation_open_over_12,
       coalesce(s.open_since
                < t.reference_date - make_interval(months => t.very_long_procedure_months), false)
           AS naturalisation_open_over_24,
       c.completion AS naturalisation_completion_days, c.enquiry AS naturalisation_enquiry_days,
       c.answer AS naturalisation_answer_days, c.decision AS naturalisation_decision_days,
       c.certificate AS naturalisation_certificate_days
FROM stock s
CROSS JOIN kim_moment t
LEFT JOIN certified c USING (person_id)
