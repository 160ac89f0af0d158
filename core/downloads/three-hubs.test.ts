import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Settings } from '../../shared/domain/settings.ts'
import { startHuggingFaceDouble } from '../hubs/doubles/huggingface.testing.ts'
import { startModelScopeDouble } from '../hubs/doubles/modelscope.testing.ts'
import { startOllamaDouble } from '../hubs/doubles/ollama.testing.ts'
import { closing, testHttp, testHubs } from '../hubs/hubs.testing.ts'
import { libraryUnderTest } from '../models/library.testing.ts'
import { createDownloads } from './downloads.ts'
import { actor, content } from './downloads.testing.ts'
import { createPull } from './pull.ts'

const FILE = 'tiny-Q4_K_M.gguf'
const NAMES = ['hf.co/ann/tiny-GGUF:Q4_K_M', 'tiny:135m', 'modelscope.cn/ann/tiny-GGUF:Q4_K_M'] as const

/** Three hubs that have the same model, before an empty library. */
async function setUp({ elsewhere }: { elsewhere?: Uint8Array } = {}) {
  const bytes = content(3)
  const repo = { id: 'ann/tiny-GGUF', files: [{ path: FILE, bytes }] }
  const huggingFace = closing(await startHuggingFaceDouble({ repos: [repo] }))
  const modelScope = closing(
    await startModelScopeDouble({ repos: [{ ...repo, files: [{ path: FILE, bytes: elsewhere ?? bytes }] }] }),
  )
  const template = new TextEncoder().encode('{{ .Prompt }}')
  const ollama = closing(
    await startOllamaDouble({
      models: [
        {
          name: 'library/tiny',
          tag: '135m',
          layers: [
            { kind: 'model', bytes },
            { kind: 'template', bytes: template },
          ],
        },
      ],
    }),
  )
  const { hubs } = testHubs({
    HF_ENDPOINT: huggingFace.origin,
    HEARTH_OLLAMA_REGISTRY: ollama.origin,
    MODELSCOPE_DOMAIN: modelScope.origin,
  })
  const { library, models, database } = libraryUnderTest()
  const finished: string[] = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  let lastId = 0
  const downloads = createDownloads({
    database,
    http: testHttp(),
    hubs,
    settings: () => Settings.parse({}).downloads,
    modelsFolder: () => models,
    hashWorkerPath: null,
    goOn: true,
    finish: async (plan, files) => {
      const { name } = await library.addDownloaded({ plan, files, actor })
      finished.push(name)
      return { model: name }
    },
    findOwnFile: (sha256) => library.findOwnFile(sha256)?.path ?? null,
    effects: { onProgress: () => {}, onDone: () => {}, onFailed: () => {} },
    newId: () => `d${++lastId}`,
    now: Date.now,
    clock: () => performance.now(),
    log,
  })
  onTestFinished(() => downloads.close())
  const pull = createPull({ hubs, downloads, findModel: library.find })
  const doubles = [huggingFace, ollama, modelScope]
  return {
    bytes,
    library,
    downloads,
    finished,
    async pull(name: string): Promise<unknown> {
      let last: unknown
      for await (const event of pull(name, actor)) last = event
      return last
    },
    /** Bytes of weights that each hub was asked for. Ollama's is asked for the first one to learn where they lie. */
    asked: () =>
      doubles.map(({ requests }) =>
        requests.reduce((sum, { range }) => {
          const [, first, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
          const bytesAsked = first === undefined || end === undefined ? 0 : Number(end) - Number(first) + 1
          return bytesAsked === 1 ? sum : sum + bytesAsked
        }, 0),
      ),
  }
}

describe('one model at three hubs', { timeout: 60_000 }, () => {
  it.each([
    ['Hugging Face', [0, 1, 2]],
    ['Ollama', [1, 2, 0]],
    ['ModelScope', [2, 0, 1]],
  ] as const)('is fetched from %s alone, when that is asked first', async (_, order) => {
    const { pull, asked, bytes, library, finished } = await setUp()
    const names = order.map((place) => NAMES[place])
    for (const name of names) expect(await pull(name)).toEqual({ type: 'success', model: name })
    expect(finished).toEqual(names)
    expect(asked()).toEqual(NAMES.map((__, place) => (place === order[0] ? bytes.length : 0)))
    for (const name of NAMES) {
      const model = library.get(name)
      expect(model.files).toHaveLength(1)
      expect(readFileSync(model.path).equals(bytes)).toBe(true)
    }
  })

  it('is fetched once when all are asked at the same time', async () => {
    const { pull, asked, bytes, library, finished } = await setUp()
    await Promise.all(NAMES.map(pull))
    expect(finished.toSorted()).toEqual(NAMES.toSorted())
    expect(asked().reduce((sum, part) => sum + part)).toBe(bytes.length)
    expect(asked().filter((part) => part > 0)).toHaveLength(1)
    for (const name of NAMES) expect(readFileSync(library.get(name).path).equals(bytes)).toBe(true)
  })

  it('stays whole under its other names when one of them is removed for good', async () => {
    const { pull, bytes, library } = await setUp()
    for (const name of NAMES) await pull(name)
    const [first, ...others] = NAMES
    const { path } = library.get(first)
    await library.remove(first)
    await library.close()
    expect(existsSync(path)).toBe(false)
    for (const name of others) expect(readFileSync(library.get(name).path).equals(bytes)).toBe(true)
  })

  it('is fetched again from a hub whose file differs, although its name is the same', async () => {
    const elsewhere = content(2)
    const { pull, asked, bytes, library } = await setUp({ elsewhere })
    for (const name of NAMES) await pull(name)
    expect(asked()).toEqual([bytes.length, 0, elsewhere.length])
    expect(readFileSync(library.get(NAMES[0]).path).equals(bytes)).toBe(true)
    expect(readFileSync(library.get(NAMES[2]).path).equals(elsewhere)).toBe(true)
  })
})
