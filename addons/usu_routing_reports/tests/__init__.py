from . import (
    test_access,
    test_digest,
    test_fairness,
    test_hoot,
    test_promise,
    test_report,
    test_wallboard,
)
