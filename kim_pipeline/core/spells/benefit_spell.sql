-- Receipt of benefits, over all sources that pay or see them.
WITH rows AS (
    SELECT person_id, benefit, daterange(valid_from, least(valid_to, vanished_on)) AS valid
    FROM kim_benefit_spell_row
    WHERE valid_from IS NOT NULL AND benefit IS NOT NULL
      AND valid_from < coalesce(least(valid_to, vanished_on), DATE '9999-12-31')
), merged AS (
    SELECT person_id, benefit, unnest(range_agg(valid)) AS valid FROM rows GROUP BY 1, 2
)
SELECT person_id, benefit, lower(valid) AS valid_from, upper(valid) AS valid_to FROM merged
