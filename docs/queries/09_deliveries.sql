-- Which deliveries stand behind the newest month, when did they come, and what was rejected?
SELECT d.source, s.name_en, d.month, d.sequence, d.status, d.received_at, d.known_at,
       d.rows_delivered, d.rows_rejected, d.reason
FROM quality.delivery d
JOIN meta.source s USING (source)
WHERE d.month = (SELECT max(month) FROM core.person_month)
ORDER BY d.source, d.sequence;
