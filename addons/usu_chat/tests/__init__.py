from . import (
    test_answers,
    test_hoot,
    test_keeping,
    test_opening,
    test_pages,
    test_removed,
    test_return,
    test_staff,
    test_waiting,
)
