-- Goals, one row each; one that is no longer delivered stays, with the month from which it was not.
SELECT row_key AS goal_key, person_id, owner_key AS case_key, topic, set_on, target_on, state,
       vanished_on
FROM kim_goal_row
