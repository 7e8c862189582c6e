-- Procedures, one row each; the authority's own number tells them apart.
SELECT row_key AS procedure_key, person_id, town_ags, appointment_requested_on, applied_on,
       complete_on, security_enquiry_on, security_answer_on, decided_on, certificate_on, outcome,
       legal_basis, intake_route
FROM kim_naturalisation_procedure_row
