-- What each source says of a person whom others know too: one value per attribute, its best record's,
-- and whether that is a closed file, which may be out of date by right. `accepted` are the values that
-- agree with it: for residence status the group of a title, or those a reported status may stand for.
WITH ranked AS (
    SELECT r.*,
           row_number() OVER (
               PARTITION BY r.person_id
               ORDER BY r.precedence, coalesce(r.file, 'A'), r.arrived_on DESC NULLS LAST, r.row_key
           ) AS rank
    FROM kim_person_row r
    JOIN kim_person p ON p.person_id = r.person_id AND p.sources > 1
    WHERE r.vanished_on IS NULL
), place AS (
    -- The order of the sources, the same for all persons.
    SELECT source, row_number() OVER (ORDER BY min(precedence), source) AS place
    FROM kim_person_row GROUP BY source
), said AS (
    SELECT r.person_id, r.source, v.attribute, (array_agg(v.value ORDER BY r.rank))[1] AS value,
           (array_agg(coalesce(r.file, 'A') ORDER BY r.rank))[1] = 'B' AS closed
    FROM ranked r
    CROSS JOIN LATERAL (VALUES ('nationality', r.nationality), ('birth_year', r.birth_year::text),
                               ('sex', r.sex), ('town', r.town_ags),
                               ('reported', r.residence_status_reported)) v (attribute, value)
    WHERE v.value IS NOT NULL
    GROUP BY r.person_id, r.source, v.attribute
), titled AS (
    SELECT DISTINCT ON (r.person_id, r.source) r.person_id, r.source, s.status_group AS value
    FROM kim_residence_spell_row r
    JOIN kim_person p ON p.person_id = r.person_id AND p.file = 'A' AND p.sources > 1
    JOIN kim_residence_spell s ON s.person_id = r.person_id AND s.title_list = r.title_list
                              AND s.title_code = r.title_code
    CROSS JOIN kim_moment t
    WHERE s.status_group <> 'UNKNOWN' AND s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
    ORDER BY r.person_id, r.source, s.valid_from DESC, s.title_list, s.title_code
), claim AS (
    SELECT person_id, source, attribute, value, closed, ARRAY[value] AS accepted
    FROM said WHERE attribute <> 'reported'
    UNION ALL
    SELECT person_id, source, 'residence_status', value, false, ARRAY[value] FROM titled
    UNION ALL
    SELECT s.person_id, s.source, 'residence_status', s.value, s.closed, m.status_groups
    FROM said s
    JOIN kim_reported_status m ON m.reported = s.value AND m.status_groups <> '{}'
    WHERE s.attribute = 'reported'
      AND NOT EXISTS (SELECT FROM titled t WHERE t.person_id = s.person_id AND t.source = s.source)
)
SELECT c.person_id, c.source, c.attribute, c.value, c.closed, c.accepted, p.place::smallint AS place
FROM claim c
JOIN place p USING (source)
