# A registry for the rehearsed swarm.
FROM debian:13-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends docker-registry=2.8.* \
    && rm -rf /var/lib/apt/lists/*
COPY registry.yml /etc/docker/registry/config.yml
EXPOSE 5000
CMD ["docker-registry", "serve", "/etc/docker/registry/config.yml"]
