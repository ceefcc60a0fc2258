# The load generator of `./dev test-compose`.
FROM debian:13-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends wrk=4.1.* \
    && rm -rf /var/lib/apt/lists/*
USER 65534
