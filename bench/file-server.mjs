import { createServer } from 'node:http'

/** A fast server of one file that lies in memory, with ranges: `node file-server.mjs BYTES`. Prints its URL. */
const size = Number(process.argv[2])
const PIECE = 1 << 20
// Not all zeros, and the same in each run: what a compressing or lazy disk would make of zeros is no measure.
const pattern = Buffer.alloc(64 * PIECE)
let seed = 42
for (let at = 0; at < pattern.length; at += 4) {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  pattern.writeUInt32LE(seed, at)
}

const server = createServer((request, response) => {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  const first = range ? Number(range[1]) : 0
  const last = range ? Math.min(size - 1, Number(range[2])) : size - 1
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': String(last - first + 1),
    ...(range ? { 'content-range': `bytes ${first}-${last}/${size}` } : {}),
  })
  let at = first
  const send = () => {
    while (at <= last) {
      const start = at % pattern.length
      const bytes = Math.min(PIECE, last + 1 - at, pattern.length - start)
      at += bytes
      if (!response.write(pattern.subarray(start, start + bytes))) {
        response.once('drain', send)
        return
      }
    }
    response.end()
  }
  send()
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) console.log(`http://127.0.0.1:${address.port}/model.gguf`)
})
