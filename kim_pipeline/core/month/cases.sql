-- The KIM cases of a person on the reference date and in the month.
SELECT c.person_id,
       coalesce(bool_or(c.valid_from <= t.reference_date
               AND (c.valid_to IS NULL OR c.valid_to > t.reference_date)), false) AS case_active,
       coalesce(bool_or(c.valid_from BETWEEN t.month AND t.reference_date), false) AS case_opened,
       coalesce(bool_or(c.valid_to BETWEEN t.month AND t.reference_date), false) AS case_closed,
       coalesce(bool_or(c.valid_from <= t.reference_date), false) AS case_ever
FROM kim_case_spell c, kim_moment t GROUP BY c.person_id
