from . import test_constraint
