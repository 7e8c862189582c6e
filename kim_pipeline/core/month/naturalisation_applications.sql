-- The newest application for naturalisation of the last year, and who waits to hand one in.
WITH application AS (
    SELECT DISTINCT ON (p.person_id) p.*
    FROM kim_naturalisation_procedure p, kim_moment t
    WHERE p.applied_on <= t.reference_date
      AND p.applied_on > (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1
    ORDER BY p.person_id, p.applied_on DESC, p.procedure_key
), waiting AS (
    SELECT DISTINCT p.person_id
    FROM kim_naturalisation_procedure p, kim_moment t
    WHERE p.appointment_requested_on <= t.reference_date
      AND coalesce(p.applied_on, DATE '9999-12-31') > t.reference_date
      AND coalesce(p.outcome, 'OFFEN') = 'OFFEN'
)
SELECT person_id, a.procedure_key IS NOT NULL AS naturalisation_applied_12_months,
       w.person_id IS NOT NULL AS naturalisation_waiting,
       CASE WHEN a.appointment_requested_on <= a.applied_on
            THEN a.applied_on - a.appointment_requested_on END AS naturalisation_wait_days,
       a.intake_route AS naturalisation_intake_route,
       coalesce(a.complete_on <= a.applied_on + t.intake_check_days, false)
           AS naturalisation_complete_at_intake
FROM application a
FULL JOIN waiting w USING (person_id)
CROSS JOIN kim_moment t
