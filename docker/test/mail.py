"""A mail server for tests: takes every mail on port 1025, shows them on port 8025 as JSON."""

import asyncio
import json

MAILS: list[dict[str, str]] = []


async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak as much of RFC 5321 as a client needs to hand over mail."""
    await reply(writer, "220 test")
    mail = {"to": "", "content": ""}
    while line := (await reader.readline()).decode("utf-8", "replace").strip():
        verb = line[:4].upper()
        if verb == "DATA":
            await reply(writer, "354 go on")
            content = await reader.readuntil(b"\r\n.\r\n")
            MAILS.append(mail | {"content": content.decode("utf-8", "replace")})
            await reply(writer, "250 taken")
        elif verb == "QUIT":
            await reply(writer, "221 bye")
            break
        else:
            if verb == "RCPT":
                mail["to"] = line.partition("<")[2].partition(">")[0]
            await reply(writer, "250 ok")
    writer.close()


async def reply(writer: asyncio.StreamWriter, line: str) -> None:
    """Send one line."""
    writer.write(f"{line}\r\n".encode())
    await writer.drain()


async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer any request with all mails."""
    await reader.readuntil(b"\r\n\r\n")
    body = json.dumps(MAILS).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()


async def main() -> None:
    """Serve until ended."""
    await asyncio.start_server(smtp, "0.0.0.0", 1025)  # noqa: S104
    server = await asyncio.start_server(http, "0.0.0.0", 8025)  # noqa: S104
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
