# syntax=docker/dockerfile:1
# Build:  docker build -t resync-bot .
# Run:    docker run --read-only --env-file resync.env -p 8000:8000 resync-bot

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/resync
COPY requirements.lock ./
RUN /opt/resync/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY resync_bot ./resync_bot
COPY adapters ./adapters
RUN /opt/resync/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index .

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin resync
COPY --from=build /opt/resync /opt/resync
WORKDIR /opt/resync
USER 10001
# The log goes to the console alone and nothing is written to disk: the root file system may be read-only.
ENV PATH=/opt/resync/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    APP_ENVIRONMENT=production \
    APP_LOG__DIRECTORY="" \
    APP_HTTP__HOST=0.0.0.0 \
    PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["resync-bot", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["resync-bot"]
CMD ["serve"]
