from . import (
    test_browser,
    test_erlang,
    test_receive,
    test_simulator,
    test_strategies,
)
