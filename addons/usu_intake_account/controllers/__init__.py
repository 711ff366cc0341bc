from . import account, portal, registration
