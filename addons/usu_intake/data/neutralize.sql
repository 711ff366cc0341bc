-- a copy of the database collects no letters and acknowledges none
UPDATE fetchmail_server SET active = false, usu_acknowledge = false WHERE usu_intake;
