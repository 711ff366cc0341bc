"""``python addons/usu_callcard/connector``: without installing anything."""

import sys

from usu_callcard_connector.cli import main

sys.exit(main())
