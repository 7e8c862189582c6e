-- Who works with a person on which field of action. Work inside a case ends with the case.
WITH rows AS (
    SELECT s.person_id, coalesce(s.body, c.body) AS body, s.topic,
           daterange(s.valid_from,
                     least(s.valid_to, s.vanished_on, c.valid_to, c.vanished_on)) AS valid
    FROM kim_support_spell_row s
    LEFT JOIN kim_case_spell_row c ON c.row_key = s.owner_key
    WHERE s.valid_from IS NOT NULL AND s.topic IS NOT NULL
      AND s.valid_from < coalesce(least(s.valid_to, s.vanished_on, c.valid_to, c.vanished_on),
                                  DATE '9999-12-31')
), merged AS (
    SELECT person_id, body, topic, unnest(range_agg(valid)) AS valid
    FROM rows WHERE body IS NOT NULL GROUP BY 1, 2, 3
)
SELECT person_id, body, topic, lower(valid) AS valid_from, upper(valid) AS valid_to FROM merged
