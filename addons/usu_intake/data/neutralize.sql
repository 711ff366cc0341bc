-- a copy of the database collects no letters and acknowledges none
UPDATE fetchmail_server SET active = false, usu_acknowledge = false WHERE usu_intake;
-- ... and its bots neither listen nor speak
UPDATE usu_intake_bot SET token = NULL, secret = NULL, state = 'draft';
UPDATE usu_intake_bot_outbox SET state = 'cancelled' WHERE state = 'waiting';
