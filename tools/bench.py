"""./usu bench [NAME [ARGS]]: the figures in tests/bench, each beside its peer."""

import sys

import prove

if __name__ == "__main__":
    sys.exit(prove.main(sys.argv[1:], folder="bench"))
