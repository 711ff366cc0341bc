-- a copy of the database reminds nobody and offers nothing
UPDATE usu_booking SET remind_at = NULL WHERE remind_at IS NOT NULL;
UPDATE usu_booking_waiting SET state = 'over' WHERE state IN ('waiting', 'offered');
