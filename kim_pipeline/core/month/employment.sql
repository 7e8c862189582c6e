-- Who is employed with social insurance on the reference date.
SELECT DISTINCT e.person_id, true AS employed
FROM kim_employment_spell_row e, kim_moment t
WHERE e.employment_type = 'SVB' AND e.valid_from <= t.reference_date
  AND coalesce(least(e.valid_to, e.vanished_on), DATE '9999-12-31') > t.reference_date
