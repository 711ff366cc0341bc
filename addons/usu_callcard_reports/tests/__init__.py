from . import test_access, test_board, test_call_report
