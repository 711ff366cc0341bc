# hadolint global ignore=DL3006,DL3066
# The telephone connector: a small program between the PBX and Odoo, without Odoo in it.
ARG PYTHON_IMAGE=python:3.12-slim

FROM ${PYTHON_IMAGE} AS wheels
COPY requirements/run.txt /src/
COPY addons/usu_callcard/connector/ /src/connector/
# the versions the tests run with
RUN pip install --no-cache-dir --root-user-action=ignore setuptools==80.10.2 \
    && pip wheel --no-cache-dir --no-build-isolation --wheel-dir /wheels \
        -c /src/run.txt /src/connector

FROM ${PYTHON_IMAGE}
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --root-user-action=ignore --no-index /wheels/*.whl \
    && useradd --system --uid 10001 --home-dir /var/lib/usu-callcard --create-home usu
# recorded calls, for USU_DRIVER=replay
COPY addons/usu_callcard/connector/demo/ /usr/share/usu-callcard/
USER usu
ENV PYTHONUNBUFFERED=1 USU_SPOOL=/var/lib/usu-callcard
VOLUME ["/var/lib/usu-callcard"]
ENTRYPOINT ["usu-callcard-connector"]
CMD ["run"]
