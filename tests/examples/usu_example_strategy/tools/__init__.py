from . import strategies
