# hadolint global ignore=DL3066
# Stand-in for odoo:19 where the official image cannot be had: the same user, paths,
# ports and entry point, Debian's own package of Odoo 19 inside.
# Source: odoo/docker, 19.0/Dockerfile and entrypoint.sh, read 2026-11.
FROM debian:trixie-slim
LABEL usu.stand-in="odoo:19"
RUN --mount=type=bind,source=odoo.deb,target=/tmp/odoo.deb \
    apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        /tmp/odoo.deb postgresql-client python3-bs4 python3-magic python3-num2words \
        python3-phonenumbers python3-pip python3-qrcode python3-renderpm \
        python3-setuptools python3-slugify python3-vobject python3-watchdog \
        python3-xlrd python3-xlwt \
    && rm -rf /var/lib/apt/lists/* /usr/share/doc/*
# Debian leaves this file out but the bundle lists it; only the blur in calls needs it
RUN d=/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation \
    && mkdir -p "$d" && touch "$d/selfie_segmentation.js"
COPY entrypoint.sh /entrypoint.sh
COPY odoo.conf /etc/odoo/odoo.conf
RUN chmod 755 /entrypoint.sh \
    && mkdir -p /mnt/extra-addons /var/lib/odoo \
    && chown -R odoo /mnt/extra-addons /var/lib/odoo /etc/odoo/odoo.conf
VOLUME ["/var/lib/odoo", "/mnt/extra-addons"]
EXPOSE 8069 8071 8072
ENV ODOO_RC=/etc/odoo/odoo.conf LANG=C.UTF-8
USER odoo
ENTRYPOINT ["/entrypoint.sh"]
CMD ["odoo"]
