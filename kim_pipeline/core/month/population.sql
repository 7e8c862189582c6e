-- One row per person known to a source in the month: who counts, and the dimensions of a person.
WITH presence AS (
    SELECT person_id, array_agg(DISTINCT source ORDER BY source) AS in_sources
    FROM kim_person_row WHERE vanished_on IS NULL GROUP BY person_id
), dimension AS (
    SELECT p.*, t.reference_date, t.newly_arrived_months,
           extract(year FROM t.reference_date)::int - p.birth_year AS age,
           extract(year FROM age(t.reference_date + 1, p.arrived_on))::int AS years_here,
           coalesce(p.file = 'A' AND p.nationality IS DISTINCT FROM '000', false) AS resident
    FROM kim_person p CROSS JOIN kim_moment t
)
SELECT d.person_id, d.town_ags, d.sex, d.birth_year, d.age::smallint AS age,
       CASE WHEN d.age < 18 THEN '0_17' WHEN d.age < 25 THEN '18_24' WHEN d.age < 35 THEN '25_34'
            WHEN d.age < 50 THEN '35_49' WHEN d.age < 65 THEN '50_64' WHEN d.age >= 65 THEN '65_' END
           AS age_group,
       d.nationality, d.nationality_group, d.arrived_on,
       CASE WHEN d.years_here < 1 THEN '1' WHEN d.years_here < 3 THEN '3' WHEN d.years_here < 5 THEN '5'
            WHEN d.years_here < 8 THEN '8' WHEN d.years_here >= 8 THEN 'over_8' END AS years_since_arrival,
       coalesce(x.in_sources, '{}') AS in_sources,
       d.resident AS foreign_resident,
       d.resident AND coalesce(d.arrived_on <= d.reference_date AND d.arrived_on
           >= d.reference_date - make_interval(months => d.newly_arrived_months), false) AS newly_arrived
FROM dimension d
LEFT JOIN presence x USING (person_id)
