from . import event, limiter, number, providers, signature, steps
