# A machine of the rehearsed swarm: a Docker engine of its own in a privileged container.
FROM debian:13-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends docker.io=26.* docker-cli=26.* iptables=1.8.* \
    && rm -rf /var/lib/apt/lists/*
VOLUME /var/lib/docker
CMD ["dockerd"]
