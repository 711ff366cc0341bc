-- a copy of the database neither hears the clinic's telephones nor dials anybody
UPDATE usu_pbx
   SET secret = md5(random()::text) || md5(random()::text),
       dial_enabled = false;
