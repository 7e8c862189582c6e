-- Pairs of sources that contradict each other about a person. What is kept stands in core.person;
-- of residence status, the value of the source that goes first.
WITH kept AS (
    SELECT DISTINCT ON (person_id, attribute) person_id, attribute, source, value
    FROM kim_claim ORDER BY person_id, attribute, place
)
SELECT a.person_id, a.attribute, a.source, a.value, b.source AS other_source,
       b.value AS other_value, k.source AS kept_source, k.value AS kept_value
FROM kim_claim a
JOIN kim_claim b ON b.person_id = a.person_id AND b.attribute = a.attribute AND a.place < b.place
               AND NOT a.closed AND NOT b.closed
JOIN kept k ON k.person_id = a.person_id AND k.attribute = a.attribute
WHERE NOT a.accepted && b.accepted
