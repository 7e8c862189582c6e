-- Of those who arrived in a year, how many receive SGB II and how many work, month by month?
-- The newest six months: a bound on month spares the others, each has a partition of its own.
SELECT extract(year FROM arrived_on)::int AS arrived, month,
       count(*) AS persons,
       round(100.0 * count(*) FILTER (WHERE sgb2_benefit) / count(*), 1) AS percent_sgb2,
       round(100.0 * count(*) FILTER (WHERE employed) / count(*), 1) AS percent_employed
FROM core.person_month
WHERE foreign_resident AND arrived_on >= date '2015-01-01'
  AND month > (SELECT max(month) FROM core.person_month) - interval '6 months'
GROUP BY arrived, month
ORDER BY arrived, month;
