from . import test_debt
