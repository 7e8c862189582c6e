-- Where a person's naturalisation stands, and how the procedures of the last year ended.
WITH year AS (
    -- The last year ends with the reference date; `since` is the day before it began.
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), ended AS (
    -- A procedure ends with the certificate or, without one, with a decision that is not open.
    SELECT p.*, coalesce(p.certificate_on, CASE WHEN p.outcome <> 'OFFEN' THEN p.decided_on END)
               AS ended_on
    FROM kim_naturalisation_procedure p
)
SELECT p.person_id,
       coalesce(bool_or(p.applied_on <= t.reference_date
               AND coalesce(p.ended_on, DATE '9999-12-31') > t.reference_date), false)
           AS naturalisation_open,
       coalesce(bool_or(p.certificate_on > y.since AND p.certificate_on <= t.reference_date), false)
           AS naturalised_12_months,
       (array_agg(p.outcome ORDER BY p.ended_on DESC, p.procedure_key)
           FILTER (WHERE p.ended_on > y.since AND p.ended_on <= t.reference_date))[1]
           AS naturalisation_outcome,
       (array_agg(p.certificate_on - p.applied_on ORDER BY p.certificate_on DESC, p.procedure_key)
           FILTER (WHERE p.certificate_on > y.since AND p.certificate_on <= t.reference_date
                     AND p.applied_on <= p.certificate_on))[1] AS naturalisation_days
FROM ended p
CROSS JOIN kim_moment t
CROSS JOIN year y
GROUP BY p.person_id
