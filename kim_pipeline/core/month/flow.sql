-- Who became a foreign resident since the last reference date, and who is not one any more.
WITH month_before AS (
    SELECT (t.month - interval '1 month')::date AS month FROM kim_moment t
), resident_before AS (
    SELECT DISTINCT v.person_id
    FROM kim_person_version v, month_before b
    WHERE v.file = 'A' AND v.nationality IS DISTINCT FROM '000'
      AND v.valid_from <= b.month AND (v.valid_to IS NULL OR v.valid_to > b.month)
), told AS (
    -- Who is in the first delivery of a source may have been here for long.
    SELECT DISTINCT v.person_id
    FROM kim_person_version v
    JOIN kim_source_start s USING (source)
    CROSS JOIN kim_moment t
    WHERE v.file = 'A' AND s.month < t.month
), moved AS (
    SELECT m.person_id, g.kind, p.arrived_in_district_on, m.foreign_resident,
           m.foreign_resident AND d.person_id IS NOT NULL AND r.person_id IS NULL AS came,
           r.person_id IS NOT NULL AND NOT m.foreign_resident AND g.kind IS NOT NULL AS went
    FROM kim_month_population m
    JOIN kim_person p USING (person_id)
    LEFT JOIN told d USING (person_id)
    LEFT JOIN resident_before r USING (person_id)
    LEFT JOIN kim_departure g USING (person_id)
)
SELECT m.person_id, m.came AS became_resident, m.went AS left_residence,
       CASE WHEN m.went THEN m.kind END AS departure_kind,
       m.foreign_resident AND coalesce(m.arrived_in_district_on <= t.reference_date
           AND m.arrived_in_district_on
               >= t.reference_date - make_interval(months => t.newly_arrived_months), false)
           AS newly_in_district
FROM moved m
CROSS JOIN kim_moment t
