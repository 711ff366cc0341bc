-- a copy of the database takes no recordings and sends none to anybody
UPDATE usu_pbx
   SET usu_recording = false;
DELETE FROM ir_config_parameter
 WHERE key IN (
    'usu_callcard_analysis.engine',
    'usu_callcard_analysis.engine_url',
    'usu_callcard_analysis.engine_key'
);
