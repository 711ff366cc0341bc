from . import test_strategy
