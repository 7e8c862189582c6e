-- Pairs of records worth comparing: equal match key, equal AZR number, or one names the other.
-- A key that more than $cap records share says nothing and is left out. l < r are row positions.
WITH keys AS (
    UNPIVOT (SELECT position, k1, k2, k3, k4, k5, k6, k7, k8, azr FROM records)
    ON k1, k2, k3, k4, k5, k6, k7, k8, azr
    INTO NAME key_name VALUE key_value
),
light AS (
    SELECT position, key_name, key_value
    FROM keys
    QUALIFY count(*) OVER (PARTITION BY key_name, key_value)
        <= CASE WHEN key_name = 'azr' THEN $azr_cap ELSE $cap END
),
met AS (
    SELECT a.position AS l, b.position AS r
    FROM light a
    JOIN light b ON a.key_name = b.key_name AND a.key_value = b.key_value AND a.position < b.position
    UNION
    SELECT l, r FROM pointers
)
SELECT
    met.l,
    met.r,
    coalesce(bool_or(pointers.kind = 'same_as'), false) AS must,
    coalesce(bool_or(pointers.kind = 'not_same_as'), false) AS cannot
FROM met
LEFT JOIN pointers ON pointers.l = met.l AND pointers.r = met.r
GROUP BY met.l, met.r
ORDER BY met.l, met.r
