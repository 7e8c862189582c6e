-- How long a person waited for SGB II after the title from which on it replaces the AsylbLG.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), changed AS (
    -- The day on which SGB II took over, and the first SGB II benefit from then on.
    SELECT s.person_id, min(s.valid_from) AS entitled_on
    FROM kim_residence_spell s, kim_moment t
    WHERE s.status_group = ANY (t.benefit_change_status_groups)
    GROUP BY s.person_id
), gap AS (
    -- Who received SGB II on the day before already has no gap.
    SELECT c.person_id,
           min(b.valid_from) FILTER (WHERE b.valid_from >= c.entitled_on) - c.entitled_on AS days
    FROM changed c
    JOIN kim_benefit_spell b ON b.person_id = c.person_id AND b.benefit = 'SGB2'
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    GROUP BY c.person_id, c.entitled_on, t.reference_date, y.since
    HAVING NOT bool_or(b.valid_from < c.entitled_on
                       AND coalesce(b.valid_to, DATE '9999-12-31') >= c.entitled_on)
       AND min(b.valid_from) FILTER (WHERE b.valid_from >= c.entitled_on)
           BETWEEN y.since + 1 AND t.reference_date
)
SELECT g.person_id, g.days AS benefit_gap_days, g.days > t.benefit_gap_days AS benefit_gap_over_30
FROM gap g
CROSS JOIN kim_moment t
