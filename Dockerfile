# The image of every Slipway process: `docker run slipway web|worker|ticker|prepare` (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/slipway \
    UV_PYTHON=/usr/local/bin/python3 \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir --root-user-action=ignore "uv>=0.9"
WORKDIR /src
# Dependencies first, in a layer of their own: our code changes more often than they do.
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-cache --no-dev --no-install-project
COPY platform platform
COPY tenants tenants
COPY provisioning provisioning
RUN uv sync --frozen --no-cache --no-dev --no-editable

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends openssh-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 7443 --user-group --shell /usr/sbin/nologin --home-dir /var/lib/slipway slipway \
 && install -d -m 700 -o slipway -g slipway /var/lib/slipway /var/cache/slipway
COPY --from=build /opt/slipway /opt/slipway
COPY playbooks /usr/share/slipway/playbooks
# HOME: ssh and Ansible write there, also where all else is read-only.
ENV PATH=/opt/slipway/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    SLIPWAY_HOME=/var/lib/slipway \
    SLIPWAY_CACHE=/var/cache/slipway \
    SLIPWAY_PLAYBOOKS=/usr/share/slipway/playbooks \
    SLIPWAY_HOST=0.0.0.0
USER slipway
EXPOSE 7443
ENTRYPOINT ["python", "-m", "slipway.server"]
CMD ["web"]
