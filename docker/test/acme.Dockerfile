# An ACME server (RFC 8555) for tests, by Let's Encrypt's own people.
FROM debian:13-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends pebble=2.6.* \
    && rm -rf /var/lib/apt/lists/*
COPY acme.json /etc/pebble.json
USER 65534
CMD ["pebble", "-config", "/etc/pebble.json"]
