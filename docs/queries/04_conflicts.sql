-- Where do two sources contradict each other, how often, and which one was followed?
SELECT r.attribute, r.source, r.other_source, r.persons, r.conflicts, r.rate,
       count(c.person_id) FILTER (WHERE c.kept_source = r.source) AS first_was_kept,
       count(c.person_id) FILTER (WHERE c.kept_source = r.other_source) AS other_was_kept
FROM quality.conflict_rate r
LEFT JOIN core.conflict c USING (attribute, source, other_source)
GROUP BY r.attribute, r.source, r.other_source, r.persons, r.conflicts, r.rate
ORDER BY r.rate DESC, r.attribute, r.source, r.other_source;
