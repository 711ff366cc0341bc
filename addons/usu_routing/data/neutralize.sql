-- a copy of the database texts nobody
UPDATE res_users SET usu_sms = 'never';
UPDATE sms_sms SET state = 'canceled' WHERE state = 'outgoing';
