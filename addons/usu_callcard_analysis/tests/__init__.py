from . import (
    test_access,
    test_analysis,
    test_measures,
    test_speech,
    test_upload,
    test_wav,
)
