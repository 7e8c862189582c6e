-- Where residents stood a year ago and where they stand now, on the way to a lasting stay and in the
-- benefit systems. Who was or is elsewhere is absent then or now.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), counted AS (
    SELECT m.person_id, m.foreign_resident AS here, p.resident_year_ago AS was_here,
           coalesce(n.naturalised_12_months, false) AS naturalised, r.status_group
    FROM kim_month_population m
    JOIN kim_month_naturalisation_potential p USING (person_id)
    LEFT JOIN kim_month_residence r USING (person_id)
    LEFT JOIN kim_month_naturalisation n USING (person_id)
    WHERE m.foreign_resident OR p.resident_year_ago
), held AS (
    SELECT DISTINCT ON (s.person_id) s.person_id, s.status_group
    FROM kim_residence_spell s, year y
    WHERE s.valid_from <= y.since AND (s.valid_to IS NULL OR s.valid_to > y.since)
    ORDER BY s.person_id, s.valid_from DESC, s.title_list, s.title_code
), received AS (
    SELECT s.person_id, bool_or(s.benefit = 'SGB2') AS sgb2, bool_or(s.benefit = 'ASYLBLG') AS asylum
    FROM kim_benefit_spell s, year y
    WHERE s.valid_from <= y.since AND (s.valid_to IS NULL OR s.valid_to > y.since)
    GROUP BY s.person_id
), step AS (
    SELECT g.status_group,
           CASE WHEN g.status_group = ANY (t.settlement_status_groups) THEN 'SETTLED'
                WHEN g.status_group = ANY (t.stay_status_groups) THEN 'STAY'
                WHEN g.status_group = ANY (t.chance_status_groups) THEN 'CHANCE'
                WHEN g.status_group = ANY (t.humanitarian_status_groups) THEN 'HUMANITARIAN'
                WHEN g.status_group = ANY (t.permit_status_groups) THEN 'PERMIT'
                WHEN g.status_group = ANY (t.asylum_benefit_status_groups) THEN 'PENDING'
                ELSE 'OTHER' END AS name
    FROM (SELECT status_group FROM counted UNION SELECT status_group FROM held) g, kim_moment t
)
SELECT c.person_id, true AS resident_in_year,
       CASE WHEN c.was_here THEN coalesce(f.name, 'OTHER') ELSE 'ABSENT' END AS status_step_year_ago,
       CASE WHEN c.here THEN coalesce(g.name, 'OTHER')
            WHEN c.naturalised THEN 'GERMAN' ELSE 'ABSENT' END AS status_step,
       CASE WHEN NOT c.was_here THEN 'ABSENT' WHEN b.sgb2 AND b.asylum THEN 'BOTH'
            WHEN b.sgb2 THEN 'SGB2' WHEN b.asylum THEN 'ASYLBLG' ELSE 'NONE' END
           AS benefit_system_year_ago
FROM counted c
LEFT JOIN held h USING (person_id)
LEFT JOIN step f ON f.status_group = h.status_group
LEFT JOIN step g ON g.status_group = c.status_group
LEFT JOIN received b ON b.person_id = c.person_id
