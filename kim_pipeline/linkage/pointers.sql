-- Pairs of one source where a record names another as the same or as a different person.
WITH named AS (
    SELECT position, source, 'same_as' AS kind, unnest(same_as) AS other FROM records
    UNION ALL
    SELECT position, source, 'not_same_as' AS kind, unnest(not_same_as) AS other FROM records
)
SELECT DISTINCT
    least(named.position, found.position) AS l,
    greatest(named.position, found.position) AS r,
    named.kind
FROM named
JOIN records AS found ON found.source = named.source AND found.record_pseudonym = named.other
WHERE named.position <> found.position
