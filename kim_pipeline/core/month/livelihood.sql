-- What foreign residents live on, as far as the offices pay it, and who has no work beside it.
WITH working AS (
    SELECT DISTINCT e.person_id
    FROM kim_employment_spell e, kim_moment t
    WHERE e.valid_from <= t.reference_date AND (e.valid_to IS NULL OR e.valid_to > t.reference_date)
)
SELECT m.person_id,
       CASE WHEN m.foreign_resident
            THEN CASE WHEN b.sgb2_benefit AND b.asylum_benefit THEN 'BOTH'
                      WHEN b.sgb2_benefit THEN 'SGB2'
                      WHEN b.asylum_benefit THEN 'ASYLBLG' ELSE 'NONE' END END AS benefit_system,
       coalesce(b.sgb2_benefit, false) AND w.person_id IS NULL AS sgb2_without_work
FROM kim_month_population m
LEFT JOIN kim_month_benefits b USING (person_id)
LEFT JOIN working w USING (person_id)
