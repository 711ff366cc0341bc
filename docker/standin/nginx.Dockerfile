# Stand-in for nginx:1: the same folders and command, Debian's nginx.
FROM debian:trixie-slim
LABEL usu.stand-in="nginx:1"
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        nginx-light \
    && rm -rf /var/lib/apt/lists/* /usr/share/doc/* \
    && rm -f /etc/nginx/sites-enabled/default \
    && mkdir -p /var/cache/nginx \
    && ln -sf /dev/stdout /var/log/nginx/access.log \
    && ln -sf /dev/stderr /var/log/nginx/error.log
EXPOSE 80
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
