-- Days without any status after the resident's title that ran out last, and years without a title.
-- Only residents have a status group on the reference date.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), expired AS (
    SELECT r.person_id, max(r.valid_until) AS last_on
    FROM kim_residence_spell_row r
    JOIN meta.code c ON c.code_list = r.title_list AND c.code = r.title_code
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE r.valid_until >= y.since AND r.valid_until < t.reference_date
      AND r.valid_until >= r.valid_from AND c.code_group = ANY (t.expiring_status_groups)
    GROUP BY r.person_id
), entry AS (
    -- What such a person held, entry by entry; none holds longer than it was issued for.
    SELECT r.person_id, r.valid_from,
           least(r.valid_to, r.vanished_on, r.valid_until + 1) AS valid_to
    FROM expired x
    JOIN kim_residence_spell_row r ON r.person_id = x.person_id
    JOIN meta.code c ON c.code_list = r.title_list AND c.code = r.title_code
    WHERE r.valid_from IS NOT NULL AND c.code_group IS NOT NULL
), gap AS (
    -- Up to the first day of the next entry, or up to the reference date if there is none yet.
    SELECT x.person_id,
           coalesce(min(greatest(n.valid_from, x.last_on + 1)) FILTER (WHERE n.person_id IS NOT NULL),
                    t.reference_date + 1) - x.last_on - 1 AS days
    FROM expired x
    CROSS JOIN kim_moment t
    LEFT JOIN entry n ON n.person_id = x.person_id AND n.valid_from <= t.reference_date
                     AND (n.valid_to IS NULL OR n.valid_to > greatest(n.valid_from, x.last_on + 1))
    GROUP BY x.person_id, x.last_on, t.reference_date
), limbo AS (
    -- How long it has lasted; a short break does not end it.
    SELECT s.person_id,
           unnest(range_agg(daterange(s.valid_from,
               least(s.valid_to, t.reference_date + 1) + t.limbo_break_days))) AS lasted
    FROM kim_residence_spell s
    CROSS JOIN kim_moment t
    WHERE s.status_group = ANY (t.limbo_status_groups) AND s.valid_from <= t.reference_date
    GROUP BY s.person_id
), long_limbo AS (
    SELECT l.person_id
    FROM limbo l
    CROSS JOIN kim_moment t
    WHERE l.lasted @> t.reference_date
      AND lower(l.lasted) + make_interval(months => t.limbo_months) <= t.reference_date
)
SELECT r.person_id, g.days AS status_gap_days, coalesce(g.days > 0, false) AS status_gap,
       coalesce(r.status_group = ANY (t.limbo_status_groups), false) AS limbo_status,
       coalesce(r.status_group = ANY (t.limbo_status_groups), false)
           AND l.person_id IS NOT NULL AS limbo_5_years
FROM kim_month_residence r
CROSS JOIN kim_moment t
LEFT JOIN gap g ON g.person_id = r.person_id AND r.status_group IS NOT NULL
LEFT JOIN long_limbo l ON l.person_id = r.person_id
