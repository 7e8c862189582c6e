-- Titles of a person; entries that touch or overlap (also those of a second record) become one.
WITH rows AS (
    SELECT person_id, title_list, title_code, valid_until,
           daterange(valid_from, least(valid_to, vanished_on)) AS valid
    FROM kim_residence_spell_row
    WHERE valid_from IS NOT NULL AND title_list IS NOT NULL AND title_code IS NOT NULL
      AND valid_from < coalesce(least(valid_to, vanished_on), DATE '9999-12-31')
), merged AS (
    SELECT person_id, title_list, title_code, unnest(range_agg(valid)) AS valid
    FROM rows
    GROUP BY person_id, title_list, title_code
)
SELECT m.person_id, m.title_list, m.title_code,
       coalesce(min(c.code_group), 'UNKNOWN') AS status_group,
       max(r.valid_until) AS valid_until,
       lower(m.valid) AS valid_from, upper(m.valid) AS valid_to
FROM merged m
JOIN rows r USING (person_id, title_list, title_code)
LEFT JOIN meta.code c ON c.code_list = m.title_list AND c.code = m.title_code
WHERE r.valid && m.valid
GROUP BY m.person_id, m.title_list, m.title_code, m.valid
