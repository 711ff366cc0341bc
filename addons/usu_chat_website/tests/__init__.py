from . import test_reception, test_visitor_name
