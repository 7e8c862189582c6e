-- Who is looked after by two bodies in the same field of action at the same time, for how long?
SELECT a.topic, a.body, b.body AS other_body, count(DISTINCT a.person_id) AS persons,
       round(avg(least(coalesce(a.valid_to, current_date), coalesce(b.valid_to, current_date))
                 - greatest(a.valid_from, b.valid_from))) AS mean_days
FROM core.support_spell a
JOIN core.support_spell b
  ON b.person_id = a.person_id AND b.topic = a.topic AND b.body > a.body
 AND b.valid_from < coalesce(a.valid_to, 'infinity')
 AND a.valid_from < coalesce(b.valid_to, 'infinity')
GROUP BY a.topic, a.body, b.body
ORDER BY persons DESC, a.topic;
