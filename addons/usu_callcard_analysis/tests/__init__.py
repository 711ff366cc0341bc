from . import (
    test_access,
    test_analysis,
    test_js,
    test_measures,
    test_phrases,
    test_speech,
    test_text,
    test_transcript,
    test_upload,
    test_wav,
)
