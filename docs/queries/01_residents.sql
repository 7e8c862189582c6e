-- Who lived here on the newest reference date, by town and residence status?
-- One row of core.person_month is one person in one month: count(*) counts persons.
SELECT t.name AS town, p.status_group, count(*) AS persons
FROM core.person_month p
JOIN meta.town t USING (town_ags)
WHERE p.month = (SELECT max(month) FROM core.person_month)
  AND p.foreign_resident
GROUP BY t.name, p.status_group
ORDER BY t.name, persons DESC;
