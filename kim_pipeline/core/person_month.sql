-- One row per person known to a source in the month: dimensions and flags on the reference date.
WITH year AS (
    -- The last year ends with the reference date; `since` is the day before it began.
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), residence AS (
    SELECT DISTINCT ON (s.person_id) s.*
    FROM kim_residence_spell s, kim_moment t
    WHERE s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
    ORDER BY s.person_id, s.valid_from DESC, s.title_list, s.title_code
), presence AS (
    SELECT person_id, array_agg(DISTINCT source ORDER BY source) AS in_sources
    FROM kim_person_row WHERE vanished_on IS NULL GROUP BY person_id
), benefit AS (
    SELECT s.person_id, bool_or(s.benefit = 'SGB2') AS sgb2, bool_or(s.benefit = 'ASYLBLG') AS asylum
    FROM kim_benefit_spell s, kim_moment t
    WHERE s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
    GROUP BY s.person_id
), employment AS (
    SELECT DISTINCT e.person_id
    FROM kim_employment_spell_row e, kim_moment t
    WHERE e.employment_type = 'SVB' AND e.valid_from <= t.reference_date
      AND coalesce(least(e.valid_to, e.vanished_on), DATE '9999-12-31') > t.reference_date
), support AS (
    SELECT DISTINCT s.person_id
    FROM kim_support_spell s, kim_moment t
    WHERE s.body = 'JOB_CENTRE' AND s.valid_from <= t.reference_date
      AND (s.valid_to IS NULL OR s.valid_to > t.reference_date)
), cases AS (
    SELECT c.person_id,
           bool_or(c.valid_from <= t.reference_date
                   AND (c.valid_to IS NULL OR c.valid_to > t.reference_date)) AS active,
           bool_or(c.valid_from BETWEEN t.month AND t.reference_date) AS opened,
           bool_or(c.valid_to BETWEEN t.month AND t.reference_date) AS closed,
           bool_or(c.valid_from <= t.reference_date) AS ever
    FROM kim_case_spell c, kim_moment t GROUP BY c.person_id
), overlap AS (
    -- Two bodies, one field of action, both active on the reference date, together long enough.
    SELECT DISTINCT a.person_id
    FROM kim_support_spell a
    JOIN kim_support_spell b USING (person_id, topic)
    CROSS JOIN kim_moment t
    WHERE a.body < b.body
      AND greatest(a.valid_from, b.valid_from) + t.overlap_days <= t.reference_date
      AND (a.valid_to IS NULL OR a.valid_to > t.reference_date)
      AND (b.valid_to IS NULL OR b.valid_to > t.reference_date)
), agreed AS (
    -- Agreed is what a case that is open on the reference date has a conference or a lead for.
    SELECT DISTINCT c.person_id
    FROM kim_case_spell_row c
    CROSS JOIN kim_moment t
    LEFT JOIN kim_conference_row f ON f.owner_key = c.row_key AND f.conference_on <= t.reference_date
    WHERE c.valid_from <= t.reference_date
      AND coalesce(least(c.valid_to, c.vanished_on), DATE '9999-12-31') > t.reference_date
      AND (f.row_key IS NOT NULL OR c.lead_body IS NOT NULL)
), ended AS (
    -- A procedure ends with the certificate or, without one, with a decision that is not open.
    SELECT p.*, coalesce(p.certificate_on, CASE WHEN p.outcome <> 'OFFEN' THEN p.decided_on END)
               AS ended_on
    FROM kim_naturalisation_procedure p
), procedure AS (
    SELECT p.person_id,
           bool_or(p.applied_on <= t.reference_date
                   AND coalesce(p.ended_on, DATE '9999-12-31') > t.reference_date)
               AS open,
           bool_or(p.certificate_on > y.since AND p.certificate_on <= t.reference_date) AS naturalised,
           (array_agg(p.outcome ORDER BY p.ended_on DESC, p.procedure_key)
               FILTER (WHERE p.ended_on > y.since AND p.ended_on <= t.reference_date))[1] AS outcome,
           (array_agg(p.certificate_on - p.applied_on ORDER BY p.certificate_on DESC, p.procedure_key)
               FILTER (WHERE p.certificate_on > y.since AND p.certificate_on <= t.reference_date
                         AND p.applied_on <= p.certificate_on))[1] AS days
    FROM ended p
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    GROUP BY p.person_id
), changed AS (
    -- The day on which SGB II took over, and the first SGB II benefit from then on.
    SELECT s.person_id, min(s.valid_from) AS entitled_on
    FROM kim_residence_spell s, kim_moment t
    WHERE s.status_group = ANY (t.benefit_change_status_groups)
    GROUP BY s.person_id
), gap AS (
    -- Who received SGB II on the day before already has no gap.
    SELECT c.person_id,
           min(b.valid_from) FILTER (WHERE b.valid_from >= c.entitled_on) - c.entitled_on AS days
    FROM changed c
    JOIN kim_benefit_spell b ON b.person_id = c.person_id AND b.benefit = 'SGB2'
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    GROUP BY c.person_id, c.entitled_on, t.reference_date, y.since
    HAVING NOT bool_or(b.valid_from < c.entitled_on
                       AND coalesce(b.valid_to, DATE '9999-12-31') >= c.entitled_on)
       AND min(b.valid_from) FILTER (WHERE b.valid_from >= c.entitled_on)
           BETWEEN y.since + 1 AND t.reference_date
), dimension AS (
    SELECT p.*, t.month, t.reference_date,
           extract(year FROM t.reference_date)::int - p.birth_year AS age,
           extract(year FROM age(t.reference_date + 1, p.arrived_on))::int AS years_here,
           coalesce(p.file = 'A' AND p.nationality IS DISTINCT FROM '000', false) AS resident,
           r.status_group, r.title_list, r.title_code, r.valid_until,
           coalesce(p.file = 'A' AND p.nationality IS DISTINCT FROM '000'
                    AND r.status_group = ANY (t.chance_status_groups)
                    AND coalesce(r.valid_until >= t.reference_date, true), false) AS chance
    FROM kim_person p
    CROSS JOIN kim_moment t
    LEFT JOIN residence r USING (person_id)
)
SELECT d.month, d.person_id, d.town_ags, d.sex, d.birth_year, d.age::smallint AS age,
       CASE WHEN d.age < 18 THEN '0_17' WHEN d.age < 25 THEN '18_24' WHEN d.age < 35 THEN '25_34'
            WHEN d.age < 50 THEN '35_49' WHEN d.age < 65 THEN '50_64' WHEN d.age >= 65 THEN '65_' END
           AS age_group,
       d.nationality, d.nationality_group, d.arrived_on,
       CASE WHEN d.years_here < 1 THEN '1' WHEN d.years_here < 3 THEN '3' WHEN d.years_here < 5 THEN '5'
            WHEN d.years_here < 8 THEN '8' WHEN d.years_here >= 8 THEN 'over_8' END AS years_since_arrival,
       CASE WHEN d.resident THEN coalesce(d.status_group, 'UNKNOWN') END AS status_group,
       d.title_list, d.title_code,
       CASE WHEN d.chance AND d.valid_until IS NOT NULL
            THEN CASE WHEN d.valid_until <= d.reference_date + make_interval(months => 3) THEN '0_3'
                      WHEN d.valid_until <= d.reference_date + make_interval(months => 6) THEN '4_6'
                      WHEN d.valid_until <= d.reference_date + make_interval(months => 12) THEN '7_12'
                      ELSE '13_18' END END AS chance_title_months_left,
       coalesce(x.in_sources, '{}') AS in_sources,
       d.resident AS foreign_resident,
       d.resident AND coalesce(d.arrived_on <= d.reference_date AND d.arrived_on
           >= d.reference_date - make_interval(months => t.newly_arrived_months), false) AS newly_arrived,
       d.resident AND coalesce(d.status_group = ANY (t.work_status_groups), false) AS work_title,
       d.resident AND coalesce(d.status_group = ANY (t.asylum_benefit_status_groups), false)
           AS asylum_benefit_status,
       d.chance AS chance_title,
       coalesce(b.sgb2, false) AS sgb2_benefit,
       coalesce(b.asylum, false) AS asylum_benefit,
       e.person_id IS NOT NULL AS employed,
       s.person_id IS NOT NULL AS job_centre_case_management,
       coalesce(c.active, false) AS case_active,
       coalesce(c.opened, false) AS case_opened,
       coalesce(c.closed, false) AS case_closed,
       coalesce(c.ever, false) AS case_ever,
       coalesce(c.active, false) AND o.person_id IS NOT NULL AS support_overlap,
       coalesce(c.active, false) AND o.person_id IS NOT NULL AND a.person_id IS NOT NULL
           AS support_overlap_agreed,
       coalesce(n.open, false) AS naturalisation_open,
       coalesce(n.naturalised, false) AS naturalised_12_months,
       n.outcome AS naturalisation_outcome,
       n.days AS naturalisation_days,
       g.days AS benefit_gap_days,
       coalesce(g.days > t.benefit_gap_days, false) AS benefit_gap_over_30
FROM dimension d
CROSS JOIN kim_moment t
LEFT JOIN presence x USING (person_id)
LEFT JOIN benefit b USING (person_id)
LEFT JOIN employment e USING (person_id)
LEFT JOIN support s USING (person_id)
LEFT JOIN cases c USING (person_id)
LEFT JOIN overlap o USING (person_id)
LEFT JOIN agreed a USING (person_id)
LEFT JOIN procedure n USING (person_id)
LEFT JOIN gap g USING (person_id)
