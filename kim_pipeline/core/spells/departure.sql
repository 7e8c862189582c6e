-- Who was a foreign resident and is not any more: a file that is closed or no longer delivered, or
-- that is now of a German. A closed file tells most; where it gives no reason, a certificate of
-- naturalisation does. A file opened anew after that and no longer delivered is a new departure.
WITH gone AS (
    SELECT DISTINCT r.person_id
    FROM kim_person_row r
    LEFT JOIN kim_person p USING (person_id)
    WHERE r.file IS NOT NULL
      AND (p.file = 'A' AND p.nationality IS DISTINCT FROM '000') IS NOT TRUE
), version AS (
    SELECT v.* FROM kim_person_version v JOIN gone USING (person_id) WHERE v.file IS NOT NULL
), closed AS (
    SELECT DISTINCT ON (r.person_id) r.person_id, r.left_reason,
           coalesce(r.left_on, b.month) AS left_on,
           CASE WHEN r.left_on IS NULL THEN 'month' ELSE 'day' END AS left_on_precision
    FROM kim_person_row r
    JOIN gone USING (person_id)
    JOIN (SELECT row_key, min(valid_from) AS month FROM version WHERE file = 'B' GROUP BY 1) b
      USING (row_key)
    WHERE r.file = 'B'
    ORDER BY r.person_id, coalesce(r.left_reason, 'UNBEKANNT') = 'UNBEKANNT',
             coalesce(r.left_on, b.month) DESC, r.row_key
), vanished AS (
    SELECT r.person_id, max(r.vanished_on) AS left_on, max(a.month) AS opened_on
    FROM kim_person_row r
    JOIN (SELECT row_key, min(valid_from) AS month FROM version WHERE file = 'A' GROUP BY 1) a
      USING (row_key)
    WHERE r.file = 'A' AND r.vanished_on IS NOT NULL AND r.nationality IS DISTINCT FROM '000'
    GROUP BY 1
), german AS (
    SELECT p.person_id, min(v.valid_from) AS left_on
    FROM kim_person p
    JOIN version v ON v.person_id = p.person_id AND v.nationality = '000'
    WHERE p.file = 'A' AND p.nationality = '000'
      AND EXISTS (SELECT FROM version f
                  WHERE f.person_id = p.person_id AND f.nationality IS DISTINCT FROM '000')
    GROUP BY 1
), naturalised AS (
    SELECT n.person_id, max(n.certificate_on) AS left_on
    FROM kim_naturalisation_procedure n, kim_moment t
    WHERE n.certificate_on <= t.reference_date GROUP BY 1
), evidence AS (
    SELECT person_id, n.left_on AS certificate_on,
           c.left_on AS closed_on, c.left_on_precision, c.left_reason,
           v.left_on AS vanished_on, g.left_on AS german_on,
           v.left_on IS NULL OR v.opened_on <= c.left_on AS closed_last
    FROM gone
    LEFT JOIN closed c USING (person_id)
    LEFT JOIN vanished v USING (person_id)
    LEFT JOIN german g USING (person_id)
    LEFT JOIN naturalised n USING (person_id)
), judged AS (
    SELECT e.*,
           CASE WHEN german_on IS NOT NULL THEN 'nationality'
                WHEN closed_last AND left_reason IN ('EINBUERGERUNG', 'FORTZUG', 'TOD') THEN 'file_b'
                WHEN certificate_on IS NOT NULL THEN 'certificate'
                WHEN closed_last AND closed_on IS NOT NULL THEN 'file_b'
                WHEN vanished_on IS NOT NULL THEN 'vanished' END AS evidence
    FROM evidence e
), named AS (
    SELECT j.*,
           CASE WHEN evidence IN ('nationality', 'certificate') THEN 'naturalised'
                WHEN evidence = 'vanished' THEN 'unknown'
                WHEN left_reason = 'EINBUERGERUNG' THEN 'naturalised'
                WHEN left_reason = 'FORTZUG' THEN 'moved_away'
                WHEN left_reason = 'TOD' THEN 'died' ELSE 'unknown' END AS kind
    FROM judged j WHERE evidence IS NOT NULL
)
SELECT person_id, kind, evidence,
       CASE WHEN kind = 'naturalised' AND certificate_on IS NOT NULL THEN certificate_on
            WHEN evidence = 'nationality' THEN german_on
            WHEN evidence = 'file_b' THEN closed_on ELSE vanished_on END AS left_on,
       CASE WHEN kind = 'naturalised' AND certificate_on IS NOT NULL THEN 'day'
            WHEN evidence = 'file_b' THEN left_on_precision ELSE 'month' END AS left_on_precision
FROM named
