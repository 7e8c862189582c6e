-- Cases of the case management; a case without a start date is not a spell.
SELECT row_key AS case_key, person_id, body, town_ags, access_route, phase, clearing_ended_on,
       assessed_on, planned_on, evaluated_on, close_reason, lead_body,
       valid_from, least(valid_to, vanished_on) AS valid_to
FROM kim_case_spell_row
WHERE valid_from IS NOT NULL
  AND valid_from < coalesce(least(valid_to, vanished_on), DATE '9999-12-31')
