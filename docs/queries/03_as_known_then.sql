-- What did we know of each month when its last source had delivered, and what do we know today?
-- core.<name>_as_of(moment) reads the state of knowledge of any moment.
WITH first_known AS (
    SELECT month, max(known_at) AS moment
    FROM (SELECT month, source, min(known_at) AS known_at
          FROM quality.delivery WHERE status = 'accepted' GROUP BY month, source) d
    GROUP BY month
    ORDER BY month DESC LIMIT 6
)
SELECT f.month, f.moment,
       (SELECT count(*) FROM core.person_month_as_of(f.moment + interval '1 day') p
        WHERE p.month = f.month AND p.sgb2_benefit) AS known_then,
       (SELECT count(*) FROM core.person_month p
        WHERE p.month = f.month AND p.sgb2_benefit) AS known_now
FROM first_known f
ORDER BY f.month;
