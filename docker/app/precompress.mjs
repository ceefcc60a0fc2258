// Writes a Brotli and a gzip copy beside each text file of a build: node precompress.mjs FOLDER
// Compressed once here at the best level, instead of at each request at a quick one.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"

const TEXT = /\.(css|html|js|json|map|mjs|svg|txt|webmanifest|xml)$/
const WORTHWHILE = 1024

for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (!entry.isFile() || !TEXT.test(entry.name)) continue
  const content = readFileSync(path)
  if (content.length < WORTHWHILE) continue
  const options = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }
  writeFileSync(`${path}.br`, brotliCompressSync(content, options))
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
}
