from . import (
    privacy_lookup_wizard,
    usu_privacy,
    usu_privacy_access,
    usu_privacy_erase,
    usu_privacy_export,
)
