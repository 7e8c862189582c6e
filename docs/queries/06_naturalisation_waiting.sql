-- How long do people wait for their naturalisation, by the way in which they applied?
SELECT intake_route,
       count(*) AS applications,
       count(certificate_on) AS certificates,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY certificate_on - applied_on) AS median_days,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY certificate_on - applied_on) AS p90_days
FROM core.naturalisation_procedure
WHERE applied_on IS NOT NULL
GROUP BY intake_route
ORDER BY applications DESC;
