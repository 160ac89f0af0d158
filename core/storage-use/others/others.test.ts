import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { findOtherModels } from './others.ts'

const GGUF = Buffer.from('GGUF and what follows')

function write(path: string, content: string | Buffer = GGUF): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** A person's home folder with nothing in it, and a look around in it. */
function setUp() {
  const userHome = tempFolder()
  const skipped: number[] = []
  const log = { info: (data: unknown) => void skipped.push((data as { skipped: number }).skipped) } // what the log is given
  return {
    userHome,
    at: (...parts: string[]) => join(userHome, ...parts),
    look: (folder: string | null = null, env: Record<string, string> = {}) =>
      findOtherModels({ platform: 'linux', env, userHome }, folder, log as never), // of a log only this is used
    skipped: () => skipped.at(-1) ?? 0,
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** An Ollama folder with one model, as `ollama pull` leaves it. */
function pulled(models: string, manifest: string, content = GGUF): string {
  const hash = sha256(content)
  const blob = write(join(models, 'blobs', `sha256-${hash}`), content)
  const layers = [
    { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${hash}`, size: content.length },
    { mediaType: 'application/vnd.ollama.image.template', digest: `sha256:${'0'.repeat(64)}`, size: 1 },
  ]
  write(join(models, 'manifests', manifest), JSON.stringify({ schemaVersion: 2, layers }))
  return blob
}

describe("Ollama's models", { timeout: 60_000 }, () => {
  it.each([
    ['registry.ollama.ai/library/qwen2.5/3b', 'qwen2.5:3b'],
    ['registry.ollama.ai/someone/tiny/latest', 'someone/tiny:latest'],
    ['hf.co/owner/repo-GGUF/Q4_K_M', 'hf.co/owner/repo-GGUF:Q4_K_M'],
  ])('%s is named %s', async (manifest, name) => {
    const { at, look } = setUp()
    const path = pulled(at('.ollama', 'models'), manifest)
    expect(await look()).toEqual([
      { app: 'ollama', name, path, sizeBytes: GGUF.length, sha256: sha256(GGUF), suggestedName: name },
    ])
  })

  it('are found where OLLAMA_MODELS points', async () => {
    const { at, look } = setUp()
    const path = pulled(at('elsewhere'), 'registry.ollama.ai/library/a/latest')
    expect((await look(null, { OLLAMA_MODELS: at('elsewhere') })).map((model) => model.path)).toEqual([path])
  })

  it('are listed once when two names share one blob', async () => {
    const { at, look } = setUp()
    pulled(at('.ollama', 'models'), 'registry.ollama.ai/library/a/latest')
    pulled(at('.ollama', 'models'), 'registry.ollama.ai/library/a/copy')
    expect(await look()).toHaveLength(1)
  })

  const layer = (digest: unknown, size: unknown = GGUF.length) =>
    JSON.stringify({ layers: [{ mediaType: 'application/vnd.ollama.image.model', digest, size }] })
  it.each([
    ['is not JSON', '<html>'],
    ['is huge', `{"layers":[],"x":"${'a'.repeat(2_000_000)}"}`],
    ['has no layers', '{}'],
    ['has layers of another form', '{"layers":"all"}'],
    ['has a digest that leaves the folder', layer('sha256:../../../../../secret.gguf')],
    ['has a digest with a folder in it', layer(`sha256:${'a'.repeat(60)}/../x`)],
    ['has a short digest', layer('sha256:abc')],
    ['has an upper-case digest', layer(`sha256:${sha256(GGUF).toUpperCase()}`)],
    ['has a digest of another kind', layer(`md5:${'a'.repeat(64)}`)],
    ['has a digest that is no text', layer(7)],
    ['names a blob that is gone', layer(`sha256:${'b'.repeat(64)}`)],
    ['claims another size', layer(`sha256:${sha256(GGUF)}`, 7)],
    ['sets a prototype', '{"__proto__":{"layers":[]}}'],
  ])('are passed over and counted when the manifest %s', async (_case, manifest) => {
    const { at, look, skipped } = setUp()
    const good = pulled(at('.ollama', 'models'), 'registry.ollama.ai/library/good/latest')
    write(at('secret.gguf'))
    write(at('.ollama', 'models', 'manifests', 'registry.ollama.ai', 'library', 'bad', 'latest'), manifest)
    expect((await look()).map(({ path }) => path)).toEqual([good])
    expect(skipped()).toBe(1)
  })

  it('are passed over when the blob is no GGUF', async () => {
    const { at, look, skipped } = setUp()
    pulled(at('.ollama', 'models'), 'registry.ollama.ai/library/a/latest', Buffer.from('{"__metadata__":{}}'))
    expect(await look()).toEqual([])
    expect(skipped()).toBe(1)
  })
})

describe("other programs' models", { timeout: 60_000 }, () => {
  it("finds LM Studio's, old and new, and where its settings put them", async () => {
    const { at, look } = setUp()
    write(at('.lmstudio', 'models', 'qwen', 'Qwen3-GGUF', 'Qwen3-Q4_K_M.gguf'))
    write(at('.cache', 'lm-studio', 'models', 'meta', 'Llama', 'llama.gguf'))
    write(at('big', 'org', 'repo', 'x.gguf'))
    write(at('.lmstudio', 'settings.json'), JSON.stringify({ downloadsFolder: at('big') }))
    const found = await look()
    expect(found.map(({ app, name }) => `${app}: ${name}`).toSorted()).toEqual([
      'lmstudio: meta/Llama/llama.gguf',
      'lmstudio: org/repo/x.gguf',
      'lmstudio: qwen/Qwen3-GGUF/Qwen3-Q4_K_M.gguf',
    ])
  })

  it("finds Jan's by its records, whatever the file is called", async () => {
    const { at, look, skipped } = setUp()
    const data = at('.local', 'share', 'Jan', 'data')
    const now = write(join(data, 'llamacpp', 'models', 'qwen', 'Qwen3', 'model.gguf'))
    write(
      join(data, 'llamacpp', 'models', 'qwen', 'Qwen3', 'model.yml'),
      'name: Qwen3\nmodel_path: llamacpp/models/qwen/Qwen3/model.gguf\nsize_bytes: 21\n',
    )
    const earlier = write(at('jan', 'models', 'tinyllama', 'tiny.gguf'), 'GGUF earlier')
    write(
      at('jan', 'models', 'tinyllama', 'model.json'),
      JSON.stringify({ id: 'tinyllama', sources: [{ filename: 'tiny.gguf' }] }),
    )
    write(at('outside.gguf'), 'GGUF outside')
    write(join(data, 'llamacpp', 'models', 'evil', 'model.yml'), 'model_path: ../../../../outside.gguf\n')
    write(at('jan', 'models', 'evil', 'model.json'), '{"sources":[{"filename":"../../../outside.gguf"}]}')
    write(at('jan', 'models', 'broken', 'model.json'), '{')
    const found = await look()
    expect(found.map(({ app, name, path }) => [app, name, path])).toEqual([
      ['jan', 'qwen/Qwen3', now],
      ['jan', 'tinyllama', earlier],
    ])
    expect(skipped()).toBe(3)
  })

  it("finds GPT4All's", async () => {
    const { at, look } = setUp()
    write(at('.local', 'share', 'nomic.ai', 'GPT4All', 'Llama-3.gguf'))
    expect((await look()).map(({ app, name }) => [app, name])).toEqual([['gpt4all', 'Llama-3.gguf']])
  })

  it('finds those of the Hugging Face cache by their links, once, with the hash that names the blob', async () => {
    const { at, look } = setUp()
    const repo = at('.cache', 'huggingface', 'hub', 'models--owner--Tiny-GGUF')
    const blob = write(join(repo, 'blobs', sha256(GGUF)))
    const links = ['aaa', 'bbb'].map((commit) => join(repo, 'snapshots', commit, 'tiny.gguf'))
    for (const link of links) {
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(blob, link)
    }
    write(join(repo, 'refs', 'main'), 'bbb')
    expect(await look()).toEqual([
      {
        app: 'huggingface',
        name: 'owner/Tiny-GGUF/tiny.gguf',
        path: links[1],
        sizeBytes: GGUF.length,
        sha256: sha256(GGUF),
        suggestedName: null,
      },
    ])
  })
})

describe('a folder of the person’s choice', { timeout: 60_000 }, () => {
  it('gives each model once: no further shards, projectors, adapters, nor files that only have the name', async () => {
    const { at, look, skipped } = setUp()
    const names = [
      'a.gguf',
      'deep/er/b.GGUF',
      'big-00001-of-00002.gguf',
      'big-00002-of-00002.gguf',
      'mmproj-model-f16.gguf',
      'model-imatrix.gguf',
      'some-lora-f16.gguf',
      'notes.txt',
    ]
    names.forEach((name, index) => write(at('models', name), `GGUF ${index}`))
    write(at('models', 'fake.gguf'), '<html>')
    linkSync(at('models', 'a.gguf'), at('models', 'z-same.gguf'))
    const found = await look(at('models'))
    expect(found.map(({ name }) => name).toSorted()).toEqual(['a.gguf', 'big-00001-of-00002.gguf', 'deep/er/b.GGUF'])
    expect(skipped()).toBe(1)
  })

  it('is left again when its links run in a circle or lead nowhere', async () => {
    const { at, look } = setUp()
    write(at('models', 'a.gguf'))
    symlinkSync(at('models'), at('models', 'again'))
    symlinkSync(at('models', 'self.gguf'), at('models', 'self.gguf'))
    symlinkSync('/nowhere/x.gguf', at('models', 'dangling.gguf'))
    expect((await look(at('models'))).map(({ name }) => name)).toEqual(['a.gguf'])
  })

  it('gives nothing when it does not exist', async () => {
    const { at, look } = setUp()
    expect(await look(at('gone'))).toEqual([])
  })
})
