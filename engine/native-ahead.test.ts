import { beforeEach, describe, expect, it } from 'vitest'
import { type AheadAddon, runAhead } from './native-ahead.ts'

const end = 99

/** An addon that notes what it is told to compute, and computes it when the test says so. */
class PlayedAddon implements AheadAddon {
  /** Batches as `sequence@position:token,token`. */
  readonly log: string[] = []
  #batch: string[] = []
  #settle: ((error?: Error) => void) | undefined

  initBatch(_size?: number): void {
    this.#batch = []
  }
  addToBatch(sequenceId: number, firstIndex: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array {
    this.#batch.push(`${sequenceId}@${firstIndex}:${tokens.join(',')}`)
    return logitIndexes
  }
  decodeBatch(): Promise<void> {
    this.log.push(this.#batch.join(' '))
    return new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error))
    })
  }
  sampleToken(_index: number, token: unknown): Promise<unknown> {
    return Promise.resolve(token)
  }
  undoDecode(): boolean {
    this.log.push('undo')
    return true
  }
  canUndoDecode(): boolean {
    return true
  }
  disposeSequence(sequenceId: number): void {
    this.log.push(`dispose ${sequenceId}`)
  }
  /** Frees what a step may be reading. */
  disposeBatch(): void {
    this.log.push('free')
  }
  getThreads(): number {
    return 1
  }
  /** The batch is through. No method of the addon. */
  readonly settle = (error?: Error): void => this.#settle?.(error)
}

describe('steps that are begun ahead', () => {
  let addon: PlayedAddon
  beforeEach(() => {
    addon = new PlayedAddon()
    runAhead(addon, (token) => token === end)
  })

  /** Asks for a batch as the library does; its logits are those of the last token of each sequence. */
  function ask(...parts: [sequenceId: number, firstIndex: number, ...tokens: number[]][]): Promise<void> {
    addon.initBatch()
    for (const [sequenceId, firstIndex, ...tokens] of parts) {
      addon.addToBatch(sequenceId, firstIndex, Uint32Array.from(tokens), Uint32Array.of(tokens.length - 1))
    }
    return addon.decodeBatch()
  }

  async function step(part: Parameters<typeof ask>[0], next: unknown): Promise<void> {
    const done = ask(part)
    addon.settle()
    await done
    await addon.sampleToken(0, next)
  }

  /** An answer of one sequence whose third token, 13, was just chosen: the step that follows is begun. */
  async function beginAhead(third: unknown = 13): Promise<void> {
    await step([0, 0, 1, 2], 10)
    await step([0, 2, 10], 11)
    await step([0, 3, 11], third)
    expect(addon.log.slice(0, 3)).toEqual(['0@0:1,2', '0@2:10', '0@3:11'])
    addon.log.splice(0, 3)
  }

  it('are the ones that are asked for next, and computed once', async () => {
    await beginAhead()
    expect(addon.log).toEqual(['0@4:13'])
    await step([0, 4, 13], 14)
    expect(addon.log).toEqual(['0@4:13', '0@5:14'])
  })

  it('wait for the tokens of all answers', async () => {
    for (const [at, first, second] of [
      [5, 1, 2],
      [6, 3, 4],
      [7, 5, 6],
    ] as const) {
      const done = ask([0, at, first], [3, at + 1, second])
      addon.settle()
      await done
    }
    addon.log.splice(0)
    await addon.sampleToken(1, 8)
    expect(addon.log).toEqual([])
    await addon.sampleToken(0, 7)
    expect(addon.log).toEqual(['0@8:7 3@9:8'])
  })

  it.each([
    ['another token', [0, 4, 12] as const, '0@4:12'],
    ['somebody else', [1, 0, 5, 6] as const, '1@0:5,6'],
    ['an earlier place', [0, 3, 13] as const, '0@3:13'],
    ['a token more', [0, 4, 13, 14] as const, '0@4:13,14'],
  ])('are taken back before %s is computed', async (_, part, computed) => {
    await beginAhead()
    void ask([...part])
    expect(addon.log).toEqual(['0@4:13', 'undo', computed])
  })

  it('are taken back before the cache is touched, and then at no other time', async () => {
    await beginAhead()
    addon.disposeSequence(0)
    addon.disposeSequence(1)
    expect(addon.log).toEqual(['0@4:13', 'undo', 'dispose 0', 'dispose 1'])
  })

  it('are taken back before anything is done that is not known to leave the cache alone', async () => {
    await beginAhead()
    addon.getThreads()
    expect(addon.log).toEqual(['0@4:13'])
    addon.disposeBatch()
    expect(addon.log).toEqual(['0@4:13', 'undo', 'free'])
  })

  it.each([
    ['the answer ends', end],
    ['there is no token', -1],
    ['more is told than a token', [13, []]],
  ])('are none where %s', async (_, token) => {
    await beginAhead(token)
    expect(addon.log).toEqual([])
  })

  it('tell whoever asks for them of their error', async () => {
    await beginAhead()
    addon.settle(new Error('no room'))
    await expect(ask([0, 4, 13])).rejects.toThrow('no room')
  })

  it('tell where the logits of each token lie', () => {
    addon.initBatch(5)
    expect(addon.addToBatch(0, 0, Uint32Array.of(1, 2, 3), Uint32Array.of(2))).toEqual(Uint32Array.of(2))
    expect(addon.addToBatch(1, 0, Uint32Array.of(4, 5), Uint32Array.of(0, 1))).toEqual(Uint32Array.of(3, 4))
  })
})
