-- Months with SGB II benefits, and new insured jobs out of them (§ 48a SGB II).
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), month_end AS (
    SELECT n AS months_ago, (t.month + make_interval(months => 1 - n))::date - 1 AS day
    FROM kim_moment t, generate_series(0, t.long_term_months - 1) n
), received AS (
    SELECT s.person_id, count(*) FILTER (WHERE e.months_ago < t.year_months) AS months,
           count(*) FILTER (WHERE e.months_ago < t.long_term_months) AS long_months
    FROM kim_benefit_spell s
    CROSS JOIN kim_moment t
    JOIN month_end e ON s.valid_from <= e.day AND (s.valid_to IS NULL OR s.valid_to > e.day)
    WHERE s.benefit = 'SGB2' GROUP BY s.person_id
), entered AS (
    -- Out of benefits: they were received on the day before the job at the latest, or on its first.
    SELECT e.person_id, count(DISTINCT date_trunc('month', e.valid_from)) AS entries
    FROM kim_employment_spell e
    JOIN kim_benefit_spell s ON s.person_id = e.person_id AND s.benefit = 'SGB2'
                            AND s.valid_from <= e.valid_from
                            AND (s.valid_to IS NULL OR s.valid_to >= e.valid_from)
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE e.employment_type = 'SVB' AND e.valid_from > y.since AND e.valid_from <= t.reference_date
    GROUP BY e.person_id
), counted AS (
    SELECT person_id, coalesce(r.months, 0) AS months, coalesce(r.long_months, 0) AS long_months,
           coalesce(e.entries, 0) AS entries
    FROM received r FULL JOIN entered e USING (person_id)
)
SELECT c.person_id, CASE WHEN c.months + c.entries > 0 THEN c.months END AS sgb2_months,
       CASE WHEN c.months + c.entries > 0 THEN c.entries END AS job_entries,
       coalesce(c.long_months >= t.long_term_received_months AND m.age >= t.long_term_age, false)
           AS sgb2_long_term
FROM counted c
JOIN kim_month_population m USING (person_id)
CROSS JOIN kim_moment t
