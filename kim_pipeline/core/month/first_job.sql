-- How long it took from arrival to the first insured job, as far as the job centre can see.
WITH seen AS (
    -- Who leaves the job centre without a job that it knows of is seen until then.
    SELECT person_id, max(coalesce(valid_to, DATE '9999-12-31')) AS seen_until
    FROM (SELECT person_id, valid_from, valid_to FROM kim_benefit_spell WHERE benefit = 'SGB2'
          UNION ALL SELECT person_id, valid_from, valid_to FROM kim_employment_spell) spell
    CROSS JOIN kim_moment t
    WHERE valid_from <= t.reference_date GROUP BY person_id
), job AS (
    SELECT e.person_id, min(e.valid_from) AS began_on
    FROM kim_employment_spell e, kim_moment t
    WHERE e.employment_type = 'SVB' AND e.valid_from <= t.reference_date GROUP BY e.person_id
), waited AS (
    SELECT s.person_id, j.began_on IS NOT NULL AS found,
           age(greatest(coalesce(j.began_on, least(s.seen_until, t.reference_date)), p.arrived_on),
               p.arrived_on) AS waiting
    FROM seen s
    JOIN kim_person p USING (person_id)
    JOIN kim_month_population m USING (person_id)
    CROSS JOIN kim_moment t
    LEFT JOIN job j USING (person_id)
    WHERE m.foreign_resident AND p.arrived_on <= t.reference_date
      AND p.arrived_on > t.reference_date - make_interval(years => t.first_job_years)
      AND extract(year FROM p.arrived_on) - p.birth_year >= t.working_age_from
      AND extract(year FROM p.arrived_on) - p.birth_year < t.working_age_below
)
SELECT person_id, (12 * extract(year FROM waiting) + extract(month FROM waiting))::int AS first_job_months,
       found AS first_job
FROM waited
