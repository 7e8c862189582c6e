-- Who works with a person, and whether two bodies do so on one field of action.
WITH job_centre AS (
    SELECT DISTINCT s.person_id
    FROM kim_support_spell s, kim_moment t
    WHERE s.body = 'JOB_CENTRE' AND s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
), overlap AS (
    -- Two bodies, one field of action, both active on the reference date, together long enough.
    SELECT DISTINCT a.person_id
    FROM kim_support_spell a
    JOIN kim_support_spell b USING (person_id, topic)
    JOIN kim_month_cases c USING (person_id)
    CROSS JOIN kim_moment t
    WHERE c.case_active AND a.body < b.body
      AND greatest(a.valid_from, b.valid_from) + t.overlap_days <= t.reference_date
      AND (a.valid_to IS NULL OR a.valid_to > t.reference_date)
      AND (b.valid_to IS NULL OR b.valid_to > t.reference_date)
), agreed AS (
    -- Agreed is what a case that is open on the reference date has a conference or a lead for.
    SELECT DISTINCT c.person_id
    FROM kim_case_spell_row c
    CROSS JOIN kim_moment t
    LEFT JOIN kim_conference_row f ON f.owner_key = c.row_key AND f.conference_on <= t.reference_date
    WHERE c.valid_from <= t.reference_date
      AND coalesce(least(c.valid_to, c.vanished_on), DATE '9999-12-31') > t.reference_date
      AND (f.row_key IS NOT NULL OR c.lead_body IS NOT NULL)
)
SELECT p.person_id, s.person_id IS NOT NULL AS job_centre_case_management,
       o.person_id IS NOT NULL AS support_overlap,
       o.person_id IS NOT NULL AND a.person_id IS NOT NULL AS support_overlap_agreed
FROM kim_month_population p
LEFT JOIN job_centre s USING (person_id)
LEFT JOIN overlap o USING (person_id)
LEFT JOIN agreed a USING (person_id)
