from . import (
    usu_privacy,
    usu_privacy_access,
    usu_privacy_erase,
    usu_privacy_export,
)
