from . import (
    test_abuse,
    test_account,
    test_consent,
    test_proof,
    test_registration,
)
