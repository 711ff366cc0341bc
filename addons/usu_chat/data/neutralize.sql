-- a copy of the database tells no visitor anything
UPDATE discuss_channel SET usu_tell_at = NULL WHERE usu_tell_at IS NOT NULL;
