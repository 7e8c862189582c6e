-- The records behind a person: sources whose record breaks a rule, and sources that told late.
WITH record AS (
    -- Complete, and nobody arrived before being born or is older than humans get.
    SELECT r.person_id, r.source,
           coalesce(r.birth_year BETWEEN extract(year FROM t.reference_date) - 115
                                     AND extract(year FROM coalesce(r.arrived_on, t.reference_date)),
                    false)
           AND r.sex IS NOT NULL AND r.nationality IS NOT NULL AND r.town_ags IS NOT NULL AS sound
    FROM kim_person_row r
    CROSS JOIN kim_moment t
    WHERE r.vanished_on IS NULL
), flaw AS (
    SELECT person_id, array_agg(DISTINCT source ORDER BY source) AS sources
    FROM record WHERE NOT sound GROUP BY person_id
), year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), entered AS (
    SELECT person_id, source, min(valid_from) AS month FROM kim_person_version GROUP BY 1, 2
), opened AS (
    -- Who is in a source's first delivery may have been there for long.
    SELECT d.source, min(d.month) AS month
    FROM quality.delivery d
    CROSS JOIN kim_moment t
    WHERE d.status = 'accepted' AND d.known_at <= t.known_at
    GROUP BY d.source
), event AS (
    -- What brought a person to a source: moving in, a case, a benefit.
    SELECT person_id, source, arrived_in_district_on AS day FROM kim_person_row
    UNION ALL
    SELECT person_id, source, valid_from FROM kim_case_spell_row
    UNION ALL
    SELECT person_id, source, valid_from FROM kim_benefit_spell_row
), first_event AS (
    SELECT person_id, source, min(day) AS day FROM event WHERE day IS NOT NULL GROUP BY 1, 2
), fresh AS (
    SELECT e.person_id, array_agg(e.source ORDER BY e.source) AS sources,
           array_agg(e.source ORDER BY e.source)
               FILTER (WHERE f.day + t.late_days < e.month) AS late_sources
    FROM entered e
    JOIN opened o ON o.source = e.source AND o.month < e.month
    JOIN first_event f ON f.person_id = e.person_id AND f.source = e.source
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE e.month > y.since
    GROUP BY e.person_id
)
SELECT p.person_id, coalesce(w.sources, '{}') AS flawed_sources,
       coalesce(n.sources, '{}') AS new_sources, coalesce(n.late_sources, '{}') AS late_sources
FROM kim_month_population p
LEFT JOIN flaw w USING (person_id)
LEFT JOIN fresh n USING (person_id)
