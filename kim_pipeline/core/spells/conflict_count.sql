-- How many persons each pair of sources speaks of, and on how many it disagrees.
SELECT a.attribute, a.source, b.source AS other_source, count(*)::int AS persons,
       (count(*) FILTER (WHERE NOT a.accepted && b.accepted))::int AS conflicts
FROM kim_claim a
JOIN kim_claim b ON b.person_id = a.person_id AND b.attribute = a.attribute AND a.place < b.place
               AND NOT a.closed AND NOT b.closed
GROUP BY a.attribute, a.source, b.source
