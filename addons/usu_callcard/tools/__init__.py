from . import event, limiter, number, signature
