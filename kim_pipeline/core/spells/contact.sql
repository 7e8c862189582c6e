-- Contacts, one row each.
SELECT row_key AS contact_key, person_id, owner_key AS case_key, contact_on, channel, minutes,
       vanished_on
FROM kim_contact_row
