import { Worker } from 'node:worker_threads'

const rounds = 5

/**
 * Bytes a second that so many threads read from memory together: the best of five rounds over at least `bytes`, which
 * must be far more than the caches hold. Each thread searches its own buffer for a byte that is not in it, because that
 * search (memchr) is the fastest plain reading that JavaScript has.
 */
export async function measureBandwidth(threads: number, bytes: number): Promise<number> {
  const share = Math.ceil(bytes / threads)
  const workers = Array.from({ length: threads }, () => new Worker(`(${reader.toString()})()`, { eval: true }))
  try {
    // The first time the buffers are filled: pages that nobody wrote are all the same one.
    await all(workers, share)
    let best = Infinity
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      await all(workers, share)
      best = Math.min(best, performance.now() - startedAt)
    }
    return (share * threads * 1000) / best
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function all(workers: readonly Worker[], bytes: number): Promise<unknown> {
  return Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          worker.once('message', resolve)
          worker.once('error', reject)
          worker.postMessage(bytes)
        }),
    ),
  )
}

/** Runs in a thread of its own, from its own text: nothing around it is there. */
function reader(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads')
  let buffer: Buffer | null = null
  parentPort?.on('message', (bytes: number) => {
    if (buffer === null) buffer = Buffer.alloc(bytes, 1)
    else buffer.indexOf(2)
    parentPort.postMessage(null)
  })
}
