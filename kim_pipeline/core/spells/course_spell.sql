-- Integration courses; an entitlement without a course is a row without a time.
SELECT row_key AS course_key, person_id, course_type, entitled_on, result, began_on AS valid_from,
       least(ended_on + 1, vanished_on) AS valid_to
FROM kim_course_row
WHERE vanished_on IS NULL OR began_on < vanished_on
