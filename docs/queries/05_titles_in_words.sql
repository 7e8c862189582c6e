-- Which residence titles are held today, in words?
-- A code has its time of validity: join on it, or a code that was given anew counts twice.
SELECT s.title_list, s.title_code, c.label_de, s.status_group, count(*) AS persons
FROM core.residence_spell s
LEFT JOIN meta.code c
       ON c.code_list = s.title_list AND c.code = s.title_code
      AND c.valid_from <= s.valid_from
      AND (c.valid_to IS NULL OR c.valid_to > s.valid_from)
WHERE s.valid_to IS NULL
GROUP BY s.title_list, s.title_code, c.label_de, s.status_group
ORDER BY persons DESC, s.title_list, s.title_code;
