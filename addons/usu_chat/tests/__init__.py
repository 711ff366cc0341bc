from . import (
    test_answers,
    test_hoot,
    test_hours,
    test_keeping,
    test_launcher,
    test_opening,
    test_pages,
    test_removed,
    test_return,
    test_staff,
    test_waiting,
)
