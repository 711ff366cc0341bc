from . import test_access, test_erase, test_everything, test_export
