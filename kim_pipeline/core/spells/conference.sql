-- Case conferences, one row each.
SELECT row_key AS conference_key, person_id, owner_key AS case_key, conference_on, vanished_on
FROM kim_conference_row
