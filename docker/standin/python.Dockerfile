# Stand-in for python:3.12-slim: `python` and `pip` that install for everybody; the
# Python is Debian 13's.
FROM debian:trixie-slim
LABEL usu.stand-in="python:3.12-slim"
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        python-is-python3 python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/* /usr/share/doc/* /usr/lib/python3*/EXTERNALLY-MANAGED
CMD ["python3"]
