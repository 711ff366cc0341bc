from . import (
    ir_attachment,
    usu_call,
    usu_call_analysis,
    usu_call_analysis_run,
    usu_call_player,
    usu_call_recording,
    usu_call_recording_access,
    usu_call_recording_upload,
    usu_call_utterance,
    usu_pbx,
)
