-- Which benefits a person receives on the reference date.
SELECT s.person_id, bool_or(s.benefit = 'SGB2') AS sgb2_benefit,
       bool_or(s.benefit = 'ASYLBLG') AS asylum_benefit
FROM kim_benefit_spell s, kim_moment t
WHERE s.valid_from <= t.reference_date AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
GROUP BY s.person_id
