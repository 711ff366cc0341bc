from . import (
    test_access,
    test_availability,
    test_constraint,
    test_flow,
    test_free_times,
    test_ics,
    test_messages,
    test_pages,
    test_staff,
    test_waiting,
    test_zones,
)
