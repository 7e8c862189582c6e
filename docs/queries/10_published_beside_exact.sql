-- How far is the published number of residents from the exact one? (kim indicators show S1 --sql)
-- The exact number stays here; what leaves is the published one.
SELECT v.month, v.value AS published, count(*) AS exact, v.value - count(*) AS difference
FROM published.indicator_value v
JOIN core.person_month p ON p.month = v.month AND p.foreign_resident
WHERE v.indicator_id = 'S1' AND v.breakdown = 'total' AND v.status = 'published'
  AND p.month > (SELECT max(month) FROM core.person_month) - interval '6 months'
GROUP BY v.month, v.value
ORDER BY v.month;
