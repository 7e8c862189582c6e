-- From the entitlement to an integration course to its beginning, and who has not begun in time.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), begun AS (
    -- The first course of each entitlement; of several entitlements the one begun last.
    SELECT DISTINCT ON (c.person_id) c.person_id, c.valid_from - c.entitled_on AS days
    FROM (SELECT person_id, entitled_on, min(valid_from) AS valid_from
          FROM kim_course_spell WHERE valid_from >= entitled_on GROUP BY 1, 2) c
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE c.valid_from > y.since AND c.valid_from <= t.reference_date
    ORDER BY c.person_id, c.valid_from DESC, c.entitled_on DESC
), due AS (
    -- The newest entitlement whose days to begin ended in the last year.
    SELECT DISTINCT ON (c.person_id) c.person_id, c.entitled_on, c.entitled_on + t.course_days AS due_on
    FROM kim_course_spell c
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE c.entitled_on + t.course_days > y.since
      AND c.entitled_on + t.course_days <= t.reference_date
    ORDER BY c.person_id, c.entitled_on DESC
), late AS (
    SELECT d.person_id
    FROM due d
    WHERE NOT EXISTS (SELECT FROM kim_course_spell c
                      WHERE c.person_id = d.person_id
                        AND c.valid_from BETWEEN d.entitled_on AND d.due_on)
)
SELECT p.person_id, b.days AS course_wait_days, d.person_id IS NOT NULL AS course_due,
       l.person_id IS NOT NULL AS course_not_begun
FROM kim_month_population p
LEFT JOIN begun b USING (person_id)
LEFT JOIN due d USING (person_id)
LEFT JOIN late l USING (person_id)
