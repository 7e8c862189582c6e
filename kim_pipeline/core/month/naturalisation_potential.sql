-- Who could be naturalised: residents of a year ago, admissible titles, and former KIM cases.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), resident AS (
    -- A year ago is told by the days of arrival and departure: deliveries need not reach so far.
    SELECT m.person_id, m.foreign_resident, p.arrived_on, y.since,
           coalesce((m.foreign_resident OR d.left_on > y.since)
               AND coalesce(p.arrived_in_district_on, p.arrived_on, y.since) <= y.since
               AND coalesce(p.birth_year <= extract(year FROM y.since), true), false) AS year_ago
    FROM kim_month_population m
    JOIN kim_person p USING (person_id)
    CROSS JOIN year y
    LEFT JOIN kim_departure d USING (person_id)
), eligible AS (
    -- § 10 (1) no. 2 StAG: some permits of a group are left out, some of other groups let in.
    SELECT r.person_id
    FROM resident r
    JOIN kim_month_residence s USING (person_id)
    CROSS JOIN kim_moment t
    WHERE r.foreign_resident
      AND r.arrived_on <= t.reference_date - make_interval(years => t.naturalisation_years)
      AND CASE WHEN s.title_list = 'aufenthaltserlaubnis'
               THEN s.title_code = ANY (t.naturalisation_title_codes)
                 OR s.status_group = ANY (t.naturalisation_status_groups)
                    AND s.title_code <> ALL (t.naturalisation_excluded_title_codes)
               ELSE s.status_group = ANY (t.naturalisation_status_groups) END
), former AS (
    SELECT c.person_id, max(c.valid_to) AS ended_on
    FROM kim_case_spell c, kim_moment t
    WHERE c.valid_from <= t.reference_date
    GROUP BY c.person_id, t.reference_date
    HAVING max(coalesce(c.valid_to, DATE '9999-12-31')) <= t.reference_date
), applied AS (
    SELECT DISTINCT f.person_id
    FROM former f
    JOIN kim_naturalisation_procedure n USING (person_id)
    CROSS JOIN kim_moment t
    WHERE n.applied_on BETWEEN f.ended_on AND t.reference_date
      AND n.applied_on <= f.ended_on + make_interval(months => t.former_case_months)
)
SELECT r.person_id, r.year_ago AS resident_year_ago,
       coalesce(r.year_ago AND r.arrived_on <= r.since - make_interval(years => t.potential_years),
                false) AS resident_10_years,
       coalesce(r.year_ago
                AND r.arrived_on <= r.since - make_interval(years => t.short_potential_years), false)
           AS resident_6_years,
       e.person_id IS NOT NULL AS naturalisation_eligible,
       f.person_id IS NOT NULL
           AND (e.person_id IS NOT NULL AND NOT coalesce(b.sgb2_benefit, false)
                OR a.person_id IS NOT NULL) AS former_case_eligible,
       a.person_id IS NOT NULL AS former_case_applied
FROM resident r
CROSS JOIN kim_moment t
LEFT JOIN eligible e USING (person_id)
LEFT JOIN former f USING (person_id)
LEFT JOIN applied a USING (person_id)
LEFT JOIN kim_month_benefits b USING (person_id)
