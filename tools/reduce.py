"""./usu reduce FILE ...: the calls in recorded streams of telephone events."""

import runpy
import sys

import env

sys.argv = [sys.argv[0], "reduce", *sys.argv[1:]]
runpy.run_path(str(env.ROOT / "addons/usu_callcard/connector"), run_name="__main__")
