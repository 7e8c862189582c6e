-- What became of those who were given a § 104c title (Chancen-Aufenthaltsrecht).
WITH held AS (
    SELECT s.person_id, min(s.valid_from) AS began_on,
           (min(s.valid_from) + make_interval(months => t.chance_months))::date AS until,
           max(coalesce(s.valid_to, s.valid_until + 1, DATE '9999-12-31')) AS ended_on
    FROM kim_residence_spell s
    JOIN kim_month_population USING (person_id)
    CROSS JOIN kim_moment t
    WHERE s.status_group = ANY (t.chance_status_groups) AND s.valid_from <= t.reference_date
    GROUP BY s.person_id, t.chance_months
), followed AS (
    SELECT h.person_id, bool_or(s.status_group = ANY (t.stay_status_groups)) AS stayed,
           bool_or(s.status_group = ANY (t.fall_back_status_groups)) AS tolerated
    FROM held h
    JOIN kim_residence_spell s ON s.person_id = h.person_id
                              AND s.valid_from > h.began_on AND s.valid_from <= h.until
    CROSS JOIN kim_moment t
    GROUP BY h.person_id
), in_case AS (
    SELECT DISTINCT h.person_id
    FROM held h
    JOIN kim_case_spell c ON c.person_id = h.person_id AND c.valid_from < h.ended_on
                         AND coalesce(c.valid_to, DATE '9999-12-31') > h.began_on
), judged AS (
    -- Who moved away or died in that time could not show what becomes of the title.
    SELECT h.person_id, coalesce(f.stayed, false) AS stayed,
           coalesce(f.tolerated, false) AS tolerated, c.person_id IS NOT NULL AS with_case,
           least(greatest(extract(year FROM h.began_on)::int, 2023), 2025)::text AS cohort,
           CASE WHEN extract(year FROM h.began_on) - p.birth_year < t.young_age THEN 'under_27'
                WHEN p.birth_year IS NOT NULL THEN '27_and_over' END AS age,
           h.until <= t.reference_date
               AND NOT coalesce(d.kind <> 'naturalised' AND d.left_on <= h.until, false) AS observed
    FROM held h
    JOIN kim_person p USING (person_id)
    CROSS JOIN kim_moment t
    LEFT JOIN followed f USING (person_id)
    LEFT JOIN in_case c USING (person_id)
    LEFT JOIN kim_departure d USING (person_id)
)
SELECT j.person_id, j.cohort AS chance_cohort, j.observed AS chance_observed,
       j.stayed AS chance_to_stay, j.tolerated AND NOT j.stayed AS chance_fell_back,
       j.with_case AS chance_case, j.age AS chance_age
FROM judged j
