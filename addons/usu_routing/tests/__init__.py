from . import test_erlang
from . import test_receive
from . import test_simulator
from . import test_strategies
