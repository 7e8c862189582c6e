-- The title of a person on the reference date, and what follows from it for residents.
WITH held AS (
    SELECT DISTINCT ON (s.person_id) s.*
    FROM kim_residence_spell s, kim_moment t
    WHERE s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
    ORDER BY s.person_id, s.valid_from DESC, s.title_list, s.title_code
), judged AS (
    SELECT p.person_id, p.foreign_resident, r.status_group, r.title_list, r.title_code, r.valid_until,
           p.foreign_resident AND coalesce(r.status_group = ANY (t.chance_status_groups)
               AND coalesce(r.valid_until >= t.reference_date, true), false) AS chance
    FROM kim_month_population p
    CROSS JOIN kim_moment t
    LEFT JOIN held r USING (person_id)
)
SELECT j.person_id,
       CASE WHEN j.foreign_resident THEN coalesce(j.status_group, 'UNKNOWN') END AS status_group,
       j.title_list, j.title_code,
       CASE WHEN j.chance AND j.valid_until IS NOT NULL
            THEN CASE WHEN j.valid_until <= t.reference_date + make_interval(months => 3) THEN '0_3'
                      WHEN j.valid_until <= t.reference_date + make_interval(months => 6) THEN '4_6'
                      WHEN j.valid_until <= t.reference_date + make_interval(months => 12) THEN '7_12'
                      ELSE '13_18' END END AS chance_title_months_left,
       j.foreign_resident AND coalesce(j.status_group = ANY (t.work_status_groups), false) AS work_title,
       j.foreign_resident AND coalesce(j.status_group = ANY (t.asylum_benefit_status_groups), false)
           AS asylum_benefit_status,
       j.chance AS chance_title
FROM judged j
CROSS JOIN kim_moment t
