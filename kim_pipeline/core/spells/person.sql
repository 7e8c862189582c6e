-- One row per person known to a source in the month. Where sources contradict each other, the one
-- with the lowest precedence wins, attribute by attribute; inside a source, file A before B.
WITH ranked AS (
    SELECT r.*,
           row_number() OVER (
               PARTITION BY r.person_id
               ORDER BY r.precedence, coalesce(r.file, 'A'), r.arrived_on DESC NULLS LAST, r.row_key
           ) AS rank
    FROM kim_person_row r
    WHERE r.vanished_on IS NULL
)
SELECT p.person_id,
       (array_agg(p.sex ORDER BY p.rank) FILTER (WHERE p.sex IS NOT NULL))[1] AS sex,
       (array_agg(p.birth_year ORDER BY p.rank) FILTER (WHERE p.birth_year IS NOT NULL))[1] AS birth_year,
       (array_agg(p.nationality ORDER BY p.rank) FILTER (WHERE p.nationality IS NOT NULL))[1] AS nationality,
       (array_agg(n.code_group ORDER BY p.rank) FILTER (WHERE p.nationality IS NOT NULL))[1] AS nationality_group,
       (array_agg(p.town_ags ORDER BY p.rank) FILTER (WHERE p.town_ags IS NOT NULL))[1] AS town_ags,
       (array_agg(p.arrived_on ORDER BY p.rank) FILTER (WHERE p.arrived_on IS NOT NULL))[1] AS arrived_on,
       (array_agg(coalesce(p.arrived_on_precision, 'day') ORDER BY p.rank)
           FILTER (WHERE p.arrived_on IS NOT NULL))[1] AS arrived_on_precision,
       (array_agg(p.arrived_in_district_on ORDER BY p.rank)
           FILTER (WHERE p.arrived_in_district_on IS NOT NULL))[1] AS arrived_in_district_on,
       min(p.file) AS file,
       (array_agg(p.left_reason ORDER BY p.rank)
           FILTER (WHERE p.left_reason IS NOT NULL AND p.file = 'B'))[1] AS left_reason,
       (array_agg(p.left_on ORDER BY p.rank)
           FILTER (WHERE p.left_on IS NOT NULL AND p.file = 'B'))[1] AS left_on,
       count(DISTINCT p.source)::smallint AS sources,
       count(*)::smallint AS records
FROM ranked p
-- Whatever the reference date: registers still hold the codes of states that are no more.
LEFT JOIN meta.code n ON n.code_list = 'nationality' AND n.code = p.nationality
GROUP BY p.person_id
