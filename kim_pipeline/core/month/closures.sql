-- The case of a person that was closed last, and whether a handover to the job centre arrived there.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), closed AS (
    -- A case that is merely no longer delivered was not closed.
    SELECT c.person_id, c.row_key AS case_key, c.planned_on, c.valid_to AS closed_on,
           coalesce(c.close_reason, 'UNKNOWN') AS reason
    FROM kim_case_spell_row c
    CROSS JOIN kim_moment t
    WHERE c.valid_from < c.valid_to AND c.valid_to <= t.reference_date
      AND (c.vanished_on IS NULL OR c.vanished_on >= c.valid_to)
), latest AS (
    SELECT DISTINCT ON (c.person_id) c.*
    FROM closed c
    CROSS JOIN year y
    WHERE c.closed_on > y.since
    ORDER BY c.person_id, c.closed_on DESC, c.case_key
), handed AS (
    -- Counted once the days have passed in which the job centre may take over.
    SELECT DISTINCT ON (c.person_id) c.person_id, c.closed_on, c.closed_on + t.handover_days AS due_on
    FROM closed c
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE c.reason = ANY (t.handover_close_reasons)
      AND c.closed_on + t.handover_days > y.since
      AND c.closed_on + t.handover_days <= t.reference_date
      AND EXISTS (SELECT FROM kim_referral f
                  WHERE f.case_key = c.case_key AND f.vanished_on IS NULL
                    AND f.to_body = ANY (t.job_centre_referral_bodies))
    ORDER BY c.person_id, c.closed_on DESC, c.case_key
), arrived AS (
    SELECT h.person_id FROM handed h JOIN kim_benefit_spell b USING (person_id)
    WHERE b.benefit = 'SGB2' AND b.valid_from <= h.due_on
      AND (b.valid_to IS NULL OR b.valid_to > h.closed_on)
    UNION
    SELECT h.person_id FROM handed h JOIN kim_support_spell s USING (person_id)
    WHERE s.body = 'JOB_CENTRE' AND s.valid_from <= h.due_on
      AND (s.valid_to IS NULL OR s.valid_to > h.closed_on)
)
SELECT p.person_id, l.reason AS case_close_reason,
       CASE WHEN l.planned_on <= l.closed_on THEN l.closed_on - l.planned_on END AS case_close_days,
       h.person_id IS NOT NULL AS case_handed_over,
       a.person_id IS NOT NULL AS case_handover_verified
FROM kim_month_population p
LEFT JOIN latest l USING (person_id)
LEFT JOIN handed h USING (person_id)
LEFT JOIN arrived a USING (person_id)
