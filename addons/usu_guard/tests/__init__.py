from . import (
    test_browser,
    test_code,
    test_forms,
    test_guard,
    test_judge,
    test_network,
    test_provider,
    test_records,
    test_routes,
    test_tokens,
)
