-- From which residence status did people move to which, and after how many months?
-- Spells are half-open: valid_to is the first day on which it was no longer so, empty = still so.
WITH steps AS (
    SELECT person_id, status_group, valid_from,
           lead(status_group) OVER w AS next_group,
           lead(valid_from) OVER w AS next_from
    FROM core.residence_spell
    WHERE status_group <> 'UNKNOWN'
    WINDOW w AS (PARTITION BY person_id ORDER BY valid_from, title_list, title_code)
)
SELECT status_group, next_group, count(*) AS changes,
       round(avg(next_from - valid_from) / 30.44, 1) AS mean_months
FROM steps
WHERE next_group <> status_group
GROUP BY status_group, next_group
ORDER BY changes DESC;
