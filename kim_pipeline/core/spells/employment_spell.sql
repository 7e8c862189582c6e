-- Employment, over all sources that see it; entries of a kind that touch or overlap become one.
WITH rows AS (
    SELECT person_id, employment_type, daterange(valid_from, least(valid_to, vanished_on)) AS valid
    FROM kim_employment_spell_row
    WHERE valid_from IS NOT NULL AND employment_type IS NOT NULL
      AND valid_from < coalesce(least(valid_to, vanished_on), DATE '9999-12-31')
), merged AS (
    SELECT person_id, employment_type, unnest(range_agg(valid)) AS valid FROM rows GROUP BY 1, 2
)
SELECT person_id, employment_type, lower(valid) AS valid_from, upper(valid) AS valid_to FROM merged
