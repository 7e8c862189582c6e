-- The goals of a person that were due in the last year; one that was dropped is not due.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), due AS (
    SELECT g.person_id, g.goal_key, g.topic, g.target_on,
           coalesce(g.state = ANY (t.goal_met_states), false) AS met
    FROM kim_goal g
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE g.vanished_on IS NULL AND g.target_on > y.since AND g.target_on <= t.reference_date
      AND coalesce(g.state <> ALL (t.goal_dropped_states), true)
)
SELECT person_id, count(*)::int AS goals_due, (count(*) FILTER (WHERE met))::int AS goals_met,
       (array_agg(topic ORDER BY target_on DESC, goal_key))[1] AS goal_topic,
       (array_agg(met ORDER BY target_on DESC, goal_key))[1] AS goal_met
FROM due
GROUP BY person_id
