from . import test_code
from . import test_forms
from . import test_guard
from . import test_judge
from . import test_network
from . import test_records
from . import test_routes
from . import test_tokens
