"""./usu prove [NAME [ARGS]]: the proofs in tests/prove, one or all of them.

Each file there is a script with ``main(argv)``: it prints a table and one JSON line and
returns non-zero when the property does not hold. ``--quick``, where a script knows it,
is what ./usu test runs.
"""

import importlib.util
import sys

import env


def main(argv, folder="prove"):
    scripts = {
        p.stem: p for p in sorted((env.ROOT / "tests" / folder).glob("[a-z]*.py"))
    }
    names = [argv[0]] if argv and not argv[0].startswith("-") else list(scripts)
    rest = argv[1:] if names == argv[:1] else argv
    if any(n not in scripts for n in names):
        sys.exit(f"usu {folder}: there is {', '.join(scripts)}; not {argv[0]}")
    sys.path.insert(0, str(env.ROOT))
    env.start()
    bad = []
    for name in names:
        spec = importlib.util.spec_from_file_location(f"{folder}_{name}", scripts[name])
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        print(f"== {folder} {name}", flush=True)
        spec.loader.exec_module(module)
        if module.main(rest):
            bad.append(name)
    if bad:
        print(f"usu {folder}: NOT held: {', '.join(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
