/**
 * Writes `src/client/` from an OpenAPI document: `npm run client -- path/to/openapi.json [folder]`.
 *
 * Paths are taken relative to the directory that npm was called from. Ends with status 2 when the
 * file is missing or is no JSON.
 */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { createClient } from "@hey-api/openapi-ts"

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

const argument = process.argv[2]
if (!argument) fail("Usage: npm run client -- path/to/openapi.json [folder]")

const base = process.env.INIT_CWD ?? process.cwd()
const file = resolve(base, argument)
const folder = process.argv[3] ? resolve(base, process.argv[3]) : "src/client"
try {
  JSON.parse(readFileSync(file, "utf8"))
} catch (error) {
  fail(`Cannot read an OpenAPI document from ${file}: ${String(error)}`)
}

await createClient({
  input: file,
  output: { path: folder, clean: true },
  logs: { level: "warn" },
  plugins: [
    { name: "@hey-api/typescript" },
    // Browsers authenticate by cookie: the client must not look for a bearer token.
    { name: "@hey-api/sdk", auth: false },
    { name: "@hey-api/client-fetch", throwOnError: true },
    { name: "@tanstack/react-query", infiniteQueryOptions: false },
  ],
})
