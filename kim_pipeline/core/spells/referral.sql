-- Referrals, one row each.
SELECT row_key AS referral_key, person_id, owner_key AS case_key, to_body, topic, referred_on,
       accepted_on, outcome, vanished_on
FROM kim_referral_row
