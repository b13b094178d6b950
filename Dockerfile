# Footnote's HTTP API and page in one image, without torch. `docker compose up` builds and starts it.
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
WORKDIR /source
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN python -m venv /opt/footnote \
    && /opt/footnote/bin/pip install --no-deps --require-hashes --only-binary=:all: \
        --requirement requirements/runtime.txt \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --no-deps --require-hashes --only-binary=:all: \
        --requirement requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bots bots
COPY index index
COPY qa qa
COPY inference inference
COPY storage storage
RUN /opt/build/bin/hatchling build --target wheel --directory /wheel \
    && /opt/footnote/bin/pip install --no-deps --no-index /wheel/footnote-*.whl

FROM python:${PYTHON_VERSION}-slim
RUN useradd --system --uid 10001 --home-dir /data footnote \
    && install --directory --owner footnote --group footnote /data
COPY --from=build /opt/footnote /opt/footnote
ENV PATH=/opt/footnote/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FOOTNOTE_DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["footnote"]
CMD ["serve", "--host", "0.0.0.0"]
