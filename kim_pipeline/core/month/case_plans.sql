-- New cases, support plans and long open cases of a person, and the benefit systems they touch.
WITH year AS (
    -- The last year ends with the reference date; `since` is the day before it began.
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), begun AS (
    -- The newest case of the last year; `managed` = the job centre managed a case on its first day.
    SELECT DISTINCT ON (c.person_id) c.person_id,
           EXISTS (SELECT FROM kim_support_spell s
                   WHERE s.person_id = c.person_id AND s.body = 'JOB_CENTRE'
                     AND s.valid_from <= c.valid_from
                     AND (s.valid_to IS NULL OR s.valid_to > c.valid_from)) AS managed
    FROM kim_case_spell c
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE c.valid_from > y.since AND c.valid_from <= t.reference_date
    ORDER BY c.person_id, c.valid_from DESC, c.case_key
), planned AS (
    SELECT DISTINCT ON (c.person_id) c.person_id, c.planned_on - c.valid_from AS days
    FROM kim_case_spell c
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE c.planned_on > y.since AND c.planned_on <= t.reference_date
      AND c.planned_on >= c.valid_from
    ORDER BY c.person_id, c.planned_on DESC, c.case_key
), open_case AS (
    SELECT c.person_id, c.case_key, c.planned_on, c.valid_from
    FROM kim_case_spell c
    CROSS JOIN kim_moment t
    WHERE c.valid_from <= t.reference_date
      AND (c.valid_to IS NULL OR c.valid_to > t.reference_date)
), long_open AS (
    -- Of several, the oldest.
    SELECT DISTINCT ON (c.person_id) c.*
    FROM open_case c
    CROSS JOIN kim_moment t
    WHERE t.reference_date - c.valid_from > t.plan_review_days
    ORDER BY c.person_id, c.valid_from, c.case_key
), reviewed AS (
    SELECT DISTINCT l.person_id
    FROM long_open l
    JOIN kim_goal g ON g.case_key = l.case_key
    CROSS JOIN kim_moment t
    WHERE l.planned_on <= t.reference_date AND g.vanished_on IS NULL
      AND g.state <> ALL (t.goal_open_states)
), support AS (
    SELECT person_id, min(valid_from) AS since FROM open_case GROUP BY person_id
), touched AS (
    -- Benefit systems while the case was open: by benefit, by the job centre's case management, by
    -- a status with asylum seekers' benefits, by a referral that youth welfare took on.
    SELECT o.person_id, b.benefit AS system
    FROM support o
    JOIN kim_benefit_spell b USING (person_id)
    CROSS JOIN kim_moment t
    WHERE b.valid_from <= t.reference_date AND (b.valid_to IS NULL OR b.valid_to > o.since)
    UNION
    SELECT o.person_id, 'SGB2'
    FROM support o
    JOIN kim_support_spell s USING (person_id)
    CROSS JOIN kim_moment t
    WHERE s.body = 'JOB_CENTRE' AND s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > o.since)
    UNION
    SELECT o.person_id, 'ASYLBLG'
    FROM support o
    JOIN kim_residence_spell r USING (person_id)
    CROSS JOIN kim_moment t
    WHERE r.status_group = ANY (t.asylum_benefit_status_groups)
      AND r.valid_from <= t.reference_date AND (r.valid_to IS NULL OR r.valid_to > o.since)
    UNION
    SELECT o.person_id, 'SGB8'
    FROM support o
    JOIN kim_referral f USING (person_id)
    CROSS JOIN kim_moment t
    WHERE f.to_body = ANY (t.youth_welfare_bodies) AND f.vanished_on IS NULL
      AND f.accepted_on BETWEEN o.since AND t.reference_date
), crossing AS (
    SELECT person_id FROM touched GROUP BY person_id HAVING count(DISTINCT system) > 1
)
SELECT p.person_id, b.person_id IS NOT NULL AS case_new_12_months,
       coalesce(NOT b.managed, false) AS case_new_without_management,
       d.days AS case_plan_days, l.person_id IS NOT NULL AS case_over_90_days,
       r.person_id IS NOT NULL AS case_plan_reviewed, x.person_id IS NOT NULL AS case_cross_system
FROM kim_month_population p
LEFT JOIN begun b USING (person_id)
LEFT JOIN planned d USING (person_id)
LEFT JOIN long_open l USING (person_id)
LEFT JOIN reviewed r USING (person_id)
LEFT JOIN crossing x USING (person_id)
