from . import (
    test_access,
    test_call_event,
    test_card,
    test_card_client,
    test_controller,
    test_dial,
    test_event,
    test_follow_up,
    test_js,
    test_number,
    test_retention,
    test_signature,
)
