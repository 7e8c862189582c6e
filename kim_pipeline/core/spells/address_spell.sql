-- Towns over the months of the deliveries. In each stretch of months in which nothing changes, the
-- town is that of the source with the lowest precedence, as in person.sql; a closed file gives none.
WITH living AS (
    SELECT v.*, daterange(v.valid_from, v.valid_to) AS valid
    FROM kim_person_version v
    CROSS JOIN kim_moment t
    WHERE v.town_ags IS NOT NULL AND v.file IS DISTINCT FROM 'B'
      AND (t.every_town OR v.person_id IN (SELECT person_id FROM kim_case_spell))
), several AS (
    SELECT person_id FROM kim_person_row GROUP BY person_id HAVING count(*) > 1
), overlapping AS (
    SELECT l.* FROM living l JOIN several USING (person_id)
), change AS (
    SELECT person_id, valid_from AS month FROM overlapping
    UNION SELECT person_id, valid_to FROM overlapping WHERE valid_to IS NOT NULL
), stretch AS (
    SELECT person_id, month, lead(month) OVER (PARTITION BY person_id ORDER BY month) AS next_month
    FROM change
), told AS (
    (SELECT DISTINCT ON (s.person_id, s.month)
            s.person_id, s.month, s.next_month, v.town_ags, v.source, v.arrived_in_district_on
     FROM stretch s
     JOIN overlapping v ON v.person_id = s.person_id AND v.valid @> s.month
     ORDER BY s.person_id, s.month, v.precedence, coalesce(v.file, 'A'),
              v.arrived_on DESC NULLS LAST, v.row_key)
    -- The versions of a single record follow each other: nothing to choose between.
    UNION ALL
    SELECT person_id, valid_from, valid_to, town_ags, source, arrived_in_district_on
    FROM living l WHERE NOT EXISTS (SELECT FROM several s WHERE s.person_id = l.person_id)
), merged AS (
    SELECT person_id, town_ags, unnest(range_agg(daterange(month, next_month))) AS valid
    FROM told GROUP BY person_id, town_ags
), lived AS (
    SELECT person_id, town_ags, lower(valid) AS began, upper(valid) AS ended,
           lag(upper(valid)) OVER of_person AS before, lead(lower(valid)) OVER of_person AS after
    FROM merged
    WINDOW of_person AS (PARTITION BY person_id ORDER BY lower(valid))
), first_month AS (
    SELECT source, min(month) AS month FROM kim_source_start GROUP BY source
), closed AS (
    SELECT person_id, max(left_on) AS left_on FROM kim_person_version WHERE file = 'B' GROUP BY 1
), dated AS (
    -- The day of arrival counts where no other town came before, the day of the closed file where
    -- none came after; neither may lie outside the months in which the town was delivered.
    SELECT l.person_id, l.town_ags, l.began, l.ended,
           CASE WHEN l.before IS DISTINCT FROM l.began
                 AND t.arrived_in_district_on < l.began + interval '1 month'
                 AND t.arrived_in_district_on >= coalesce(l.before, t.arrived_in_district_on)
                THEN t.arrived_in_district_on END AS arrived_on,
           CASE WHEN l.after IS DISTINCT FROM l.ended
                 AND c.left_on < l.ended + interval '1 month'
                THEN c.left_on END AS left_on,
           l.before IS NULL AND f.month = l.began AS from_the_start
    FROM lived l
    JOIN told t ON t.person_id = l.person_id AND t.month = l.began
    JOIN first_month f ON f.source = t.source
    LEFT JOIN closed c ON c.person_id = l.person_id
)
SELECT person_id, town_ags, coalesce(arrived_on, began) AS valid_from,
       CASE WHEN arrived_on IS NOT NULL THEN 'day' WHEN from_the_start THEN 'before' ELSE 'month' END
           AS valid_from_precision,
       CASE WHEN left_on > coalesce(arrived_on, began) THEN left_on ELSE ended END AS valid_to,
       CASE WHEN left_on > coalesce(arrived_on, began) THEN 'day' WHEN ended IS NOT NULL THEN 'month'
           END AS valid_to_precision
FROM dated
