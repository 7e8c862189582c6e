-- Who received SGB II benefits when a support plan was agreed, and left them in the year after.
WITH plan AS (
    -- The first plan of the year before the last one, so that a whole year has been seen since.
    SELECT c.person_id, min(c.planned_on) AS planned_on,
           (min(c.planned_on) + make_interval(months => t.plan_exit_months))::date AS until
    FROM kim_case_spell c, kim_moment t
    WHERE c.planned_on > (t.reference_date + 1
              - make_interval(months => t.plan_exit_months + t.year_months))::date - 1
      AND c.planned_on <= (t.reference_date + 1
              - make_interval(months => t.plan_exit_months))::date - 1
    GROUP BY c.person_id, t.plan_exit_months
), stretch AS (
    -- Breaks of up to a month do not end the benefits.
    SELECT s.person_id,
           unnest(range_agg(daterange(s.valid_from, s.valid_to + t.benefit_break_days))) AS held
    FROM kim_benefit_spell s, kim_moment t WHERE s.benefit = 'SGB2' GROUP BY s.person_id
), received AS (
    SELECT p.person_id, p.planned_on, p.until, upper(s.held) - t.benefit_break_days AS ended_on
    FROM plan p
    JOIN stretch s ON s.person_id = p.person_id AND s.held @> p.planned_on
    CROSS JOIN kim_moment t
)
-- Who moved away or died did not leave the benefits for a living of their own.
SELECT r.person_id, true AS plan_on_sgb2, coalesce(r.ended_on <= r.until, false) AS plan_left_sgb2
FROM received r
LEFT JOIN kim_departure d USING (person_id)
WHERE coalesce(r.ended_on > r.planned_on, true)
  AND NOT coalesce(d.kind <> 'naturalised' AND d.left_on <= r.until, false)
