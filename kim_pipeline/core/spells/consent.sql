-- Consents, one row each; one that is no longer delivered holds no more from that month on.
SELECT row_key AS consent_key, person_id, scope, given_on, revoked_on, vanished_on
FROM kim_consent_row
