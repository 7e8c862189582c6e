-- Persons of whom a pair of records was judged by hand to be one, as the newest decision says.
WITH decided AS (
    SELECT DISTINCT ON (d.source_l, d.record_l, d.source_r, d.record_r) d.*
    FROM register.review_decision d, kim_moment t
    WHERE d.known_from <= t.known_at
    ORDER BY d.source_l, d.record_l, d.source_r, d.record_r, d.known_from DESC
)
SELECT DISTINCT l.person_id, true AS link_reviewed
FROM decided d
CROSS JOIN kim_moment t
JOIN register.link l ON l.source = d.source_l AND l.record_pseudonym = d.record_l
                    AND l.known_from <= t.known_at AND l.known_to > t.known_at
JOIN register.link r ON r.source = d.source_r AND r.record_pseudonym = d.record_r
                    AND r.known_from <= t.known_at AND r.known_to > t.known_at
                    AND r.person_id = l.person_id
WHERE d.same
