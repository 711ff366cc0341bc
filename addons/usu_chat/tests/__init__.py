from . import test_answers
from . import test_pages
from . import test_opening
from . import test_waiting
from . import test_removed
from . import test_staff
from . import test_return
from . import test_hoot
