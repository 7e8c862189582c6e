-- Who held residence permits for five years a year ago, and was given an unlimited title since.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), permit AS (
    SELECT s.person_id, s.valid_from, s.valid_to
    FROM kim_residence_spell s, kim_moment t
    WHERE s.status_group = ANY (t.permit_status_groups)
), stretch AS (
    -- Short breaks, as between two permits, do not end the time.
    SELECT p.person_id,
           unnest(range_agg(daterange(p.valid_from, p.valid_to + t.permit_break_days))) AS held
    FROM permit p, kim_moment t GROUP BY p.person_id
), long AS (
    SELECT DISTINCT p.person_id
    FROM permit p
    JOIN stretch s USING (person_id)
    CROSS JOIN year y
    CROSS JOIN kim_moment t
    WHERE p.valid_from <= y.since AND (p.valid_to IS NULL OR p.valid_to > y.since)
      AND s.held @> y.since AND lower(s.held) <= y.since - make_interval(years => t.permit_years)
), settled AS (
    SELECT DISTINCT s.person_id
    FROM kim_residence_spell s
    CROSS JOIN year y
    CROSS JOIN kim_moment t
    WHERE s.status_group = ANY (t.settlement_status_groups)
      AND s.valid_from > y.since AND s.valid_from <= t.reference_date
)
SELECT l.person_id, true AS permit_5_years, s.person_id IS NOT NULL AS permit_to_settlement
FROM long l
JOIN kim_month_population m USING (person_id)
LEFT JOIN settled s USING (person_id)
WHERE m.foreign_resident
