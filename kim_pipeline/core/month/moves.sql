-- Who moved to another town with a case open, and whether the case ended with nobody to go on. Told
-- once the days after the move have passed, if they ended in the last year.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), moved AS (
    SELECT DISTINCT ON (a.person_id) a.person_id, a.valid_from AS moved_on,
           a.valid_from + t.move_days AS due_on
    FROM kim_address_spell a
    JOIN kim_address_spell b ON b.person_id = a.person_id AND b.valid_to = a.valid_from
                            AND b.town_ags <> a.town_ags
    JOIN kim_case_spell c ON c.person_id = a.person_id AND c.valid_from < a.valid_from
                         AND (c.valid_to IS NULL OR c.valid_to >= a.valid_from)
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE a.valid_from + t.move_days > y.since AND a.valid_from + t.move_days <= t.reference_date
    ORDER BY a.person_id, a.valid_from DESC
), kept AS (
    -- A case is open at the end of these days, or one of those at the move was handed over.
    SELECT m.person_id
    FROM moved m
    JOIN kim_case_spell c USING (person_id)
    CROSS JOIN kim_moment t
    WHERE c.valid_from <= m.due_on AND (c.valid_to IS NULL OR c.valid_to > m.due_on)
       OR c.valid_from < m.moved_on AND c.valid_to BETWEEN m.moved_on AND m.due_on
          AND c.close_reason = ANY (t.handover_close_reasons)
)
SELECT m.person_id, true AS moved_with_case,
       NOT EXISTS (SELECT FROM kept k WHERE k.person_id = m.person_id) AS case_lost_at_move
FROM moved m
