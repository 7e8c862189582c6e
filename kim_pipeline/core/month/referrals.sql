-- The newest referral of a person that has had its days to be taken on, if these ended in the last
-- year. Of the job centre its own records tell too: benefits or case management begun in that time.
WITH year AS (
    SELECT (t.reference_date + 1 - make_interval(months => t.year_months))::date - 1 AS since
    FROM kim_moment t
), newest AS (
    SELECT DISTINCT ON (f.person_id) f.*, f.referred_on + t.referral_days AS due_on
    FROM kim_referral f
    CROSS JOIN kim_moment t
    CROSS JOIN year y
    WHERE f.vanished_on IS NULL AND f.referred_on + t.referral_days > y.since
      AND f.referred_on + t.referral_days <= t.reference_date
    ORDER BY f.person_id, f.referred_on DESC, f.referral_key
), begun AS (
    SELECT person_id, valid_from FROM kim_benefit_spell WHERE benefit = 'SGB2'
    UNION ALL
    SELECT person_id, valid_from FROM kim_support_spell WHERE body = 'JOB_CENTRE'
), taken AS (
    SELECT person_id FROM newest WHERE accepted_on <= due_on
    UNION
    SELECT n.person_id
    FROM newest n
    JOIN begun b USING (person_id)
    CROSS JOIN kim_moment t
    WHERE n.to_body = ANY (t.job_centre_referral_bodies)
      AND b.valid_from BETWEEN n.referred_on AND n.due_on
)
SELECT n.person_id, true AS referral_due, n.to_body AS referral_body,
       k.person_id IS NULL AS referral_not_accepted
FROM newest n
LEFT JOIN taken k USING (person_id)
