import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { extract, type Header, pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../storage-use.testing.ts'
import { computer, exported, imported, sha256, WEIGHTS, withModel } from './hand-over.testing.ts'
import type { HandOver } from './manifest.ts'

interface TarEntry {
  header: Partial<Header> & { name: string }
  content: Buffer
}

/** What is in a good hand-over, to be made bad. */
async function entriesOf(path: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = []
  const unpack = extract()
  unpack.end(readFileSync(path))
  for await (const entry of unpack) {
    const pieces: Buffer[] = []
    for await (const piece of entry) pieces.push(piece as Buffer) // tar gives buffers
    entries.push({ header: { name: entry.header.name }, content: Buffer.concat(pieces) })
  }
  return entries
}

async function tarOf(entries: TarEntry[]): Promise<Buffer> {
  const archive = pack()
  for (const { header, content } of entries) {
    if ((header.type ?? 'file') === 'file') archive.entry(header, content)
    else archive.entry(header)
  }
  archive.finalize()
  const pieces: Buffer[] = []
  for await (const piece of archive) pieces.push(piece as Buffer) // tar gives buffers
  return Buffer.concat(pieces)
}

function changeManifest(
  entries: TarEntry[],
  change: (manifest: HandOver & Record<string, unknown>) => void,
): TarEntry[] {
  return entries.map((entry) => {
    if (entry.header.name !== 'hearth-model.json') return entry
    const manifest = JSON.parse(entry.content.toString()) as HandOver & Record<string, unknown> // our own, not changed yet
    change(manifest)
    return { ...entry, content: Buffer.from(JSON.stringify(manifest)) }
  })
}

const rename = (from: string, to: string) => (entries: TarEntry[]) =>
  changeManifest(
    entries.map((entry) => (entry.header.name === from ? { ...entry, header: { name: to } } : entry)),
    (manifest) => {
      for (const file of manifest.files) if (file.path === from) file.path = to
    },
  )
const append =
  (header: TarEntry['header'], content = '') =>
  (entries: TarEntry[]) => [...entries, { header, content: Buffer.from(content) }]
const edit = (change: Parameters<typeof changeManifest>[1]) => (entries: TarEntry[]) => changeManifest(entries, change)
const editWeights = (change: (file: HandOver['files'][number]) => void) =>
  edit((manifest) => manifest.files.filter((file) => file.role === 'weights').forEach(change))

const HOSTILE: [string, (entries: TarEntry[]) => TarEntry[]][] = [
  ['climbs out of its folder', append({ name: '../escaped.txt' }, 'x')],
  ['names an absolute path', append({ name: '/tmp/hearth-escaped.txt' }, 'x')],
  ...[
    '../../escaped.gguf',
    '..\\escaped.gguf',
    '/tmp/escaped.gguf',
    'C:escaped.gguf',
    '\\\\server\\share.gguf',
    'CON.gguf',
    'a\u0000.gguf',
    '%2e%2e%2fescaped.gguf',
    'folder/x.gguf',
    '.hidden.gguf',
    '__proto__/x.gguf',
  ].map((name): (typeof HOSTILE)[number] => [`describes a file ${JSON.stringify(name)}`, rename('model.gguf', name)]),
  ['describes itself', editWeights((file) => void (file.path = 'hearth-model.json'))],
  ['holds a symbolic link', append({ name: 'model2.gguf', type: 'symlink', linkname: '/etc/passwd' })],
  ['holds a hard link', append({ name: 'model2.gguf', type: 'link', linkname: '/etc/passwd' })],
  ['holds a device', append({ name: 'zero', type: 'character-device', devmajor: 1, devminor: 5 })],
  ['holds a pipe', append({ name: 'pipe', type: 'fifo' })],
  ['holds a folder', append({ name: 'imported/', type: 'directory' })],
  [
    'puts a link in the place of the weights',
    (entries) =>
      entries.map((entry) =>
        entry.header.name === 'model.gguf'
          ? { header: { name: 'model.gguf', type: 'symlink', linkname: '/etc/passwd' }, content: Buffer.alloc(0) }
          : entry,
      ),
  ],
  [
    'puts a link in the place of an empty document',
    (entries) =>
      edit((manifest) => {
        for (const file of manifest.files) {
          if (file.role === 'document') Object.assign(file, { sizeBytes: 0, sha256: sha256('') })
        }
      })(
        entries.map((entry) =>
          entry.header.name === 'handbook.md'
            ? { header: { name: 'handbook.md', type: 'symlink', linkname: '/etc/passwd' }, content: Buffer.alloc(0) }
            : entry,
        ),
      ),
  ],
  ['holds more than it describes', append({ name: 'extra.gguf' }, 'GGUF')],
  ['holds a file twice', (entries) => [...entries, ...entries.slice(-1)]],
  ['describes a file twice', edit((manifest) => manifest.files.push(...manifest.files.slice(-1)))],
  [
    'has names that differ in case only',
    edit((manifest) =>
      manifest.files.push(...manifest.files.slice(-1).map((file) => ({ ...file, path: file.path.toUpperCase() }))),
    ),
  ],
  ['lacks a file', (entries) => entries.filter((entry) => entry.header.name !== 'model.gguf')],
  ['lacks its end', (entries) => entries.slice(0, -1)],
  ['lies about a hash', editWeights((file) => void (file.sha256 = 'f'.repeat(64)))],
  ['lies about a size', editWeights((file) => void (file.sizeBytes += 1))],
  ['claims more than the disk could hold', editWeights((file) => void (file.sizeBytes = 2 ** 50))],
  ['has a size below zero', editWeights((file) => void (file.sizeBytes = -1))],
  ['has a hash that is no hash', editWeights((file) => void (file.sha256 = '../x'))],
  ['has no weights', editWeights((file) => void (file.role = 'document'))],
  ['comes from a newer Hearth', edit((manifest) => Object.assign(manifest, { version: 2 }))],
  ['is of another format', edit((manifest) => Object.assign(manifest, { format: 'zip' }))],
  ['describes no facts', edit((manifest) => Object.assign(manifest, { facts: null }))],
  ['has no description', (entries) => entries.slice(1)],
  ['has its description last', (entries) => [...entries.slice(1), ...entries.slice(0, 1)]],
  [
    'has a description that is no JSON',
    (entries) => entries.map((entry, index) => (index === 0 ? { ...entry, content: Buffer.from('{') } : entry)),
  ],
  [
    'has a huge description',
    (entries) =>
      entries.map((entry, index) =>
        index === 0 ? { ...entry, content: Buffer.concat([entry.content, Buffer.alloc(17_000_000, ' ')]) } : entry,
      ),
  ],
  [
    'has one bit flipped',
    (entries) =>
      entries.map((entry) => {
        const content = Buffer.from(entry.content)
        if (entry.header.name === 'model.gguf') content[1_000_000] = (content[1_000_000] ?? 0) ^ 1
        return { ...entry, content }
      }),
  ],
  [
    'holds something that is no GGUF',
    (entries) => {
      const content = Buffer.from('<html>captive portal</html>')
      const replaced = entries.map((entry) => (entry.header.name === 'model.gguf' ? { ...entry, content } : entry))
      return editWeights((file) => Object.assign(file, { sizeBytes: content.length, sha256: sha256(content) }))(
        replaced,
      )
    },
  ],
]

describe('a file that is no honest hand-over', { timeout: 60_000 }, () => {
  it.each(HOSTILE)('is refused with a plain message and leaves nothing when it %s', async (_case, spoil) => {
    const there = computer()
    const good = await entriesOf(await exported(withModel(), 'file'))
    const source = there.write('bad.hearth', await tarOf(spoil(good)))
    const error = await failureOf(imported(source, there))
    expect(error.code).toBe('archive_invalid')
    expect(error.message).toMatch(/^This is no model that Hearth can import\. .+\.$/)
    expect(there.left()).toEqual([])
    expect(there.models.models).toEqual([])
    expect(readdirSync(there.home).toSorted()).toEqual([
      'bad.hearth',
      ...(existsSync(there.at('models')) ? ['models'] : []),
    ])
    expect(existsSync('/tmp/hearth-escaped.txt')).toBe(false)
  })

  it('is read again without harm to prototypes when it tries to set one', async () => {
    const there = computer()
    const good = await entriesOf(await exported(withModel(), 'file'))
    const spoiled = good.map((entry, index) =>
      index === 0
        ? {
            ...entry,
            content: Buffer.from(`{"__proto__":{"polluted":true},${entry.content.toString().trim().slice(1)}`),
          }
        : entry,
    )
    const model = await imported(there.write('x.hearth', await tarOf(spoiled)), there)
    expect('polluted' in {} || 'polluted' in model).toBe(false)
  })

  it.each([10, 700, 100_000, 2_900_000])('is refused when it was cut off after %i bytes', async (length) => {
    const there = computer()
    const source = await exported(withModel(), 'file')
    truncateSync(source, length)
    expect((await failureOf(imported(source, there))).code).toBe('archive_invalid')
    expect(there.left()).toEqual([])
  })

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('hello '.repeat(1000))],
    ['zeros', Buffer.alloc(100_000)],
    ['a zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(5000, 7)])],
    ['a GGUF', WEIGHTS],
  ])('is refused when it is %s', async (_case, content) => {
    const there = computer()
    expect((await failureOf(imported(there.write('x.hearth', content), there))).code).toBe('archive_invalid')
    expect(there.left()).toEqual([])
  })

  it('is refused when it is a device', async () => {
    expect((await failureOf(imported('/dev/zero', computer()))).code).toBe('archive_invalid')
  })

  it('is told apart from nothing at all', async () => {
    expect((await failureOf(imported('/nowhere/x.hearth', computer()))).code).toBe('not_found')
    expect((await failureOf(imported('relative.hearth', computer()))).code).toBe('not_found')
  })
})

describe('a folder that is no honest hand-over', { timeout: 60_000 }, () => {
  it.each<[string, (folder: string) => void]>([
    [
      'holds a link to another file',
      (folder) => {
        const path = join(folder, 'model.gguf')
        const aside = join(dirname(folder), 'aside.gguf')
        writeFileSync(aside, readFileSync(path))
        truncateSync(path)
        rmAndLink(path, aside)
      },
    ],
    [
      // As long as what it leads to, so that only its kind gives it away.
      'holds a link with the right length',
      (folder) => {
        writeFileSync(join(folder, 'aside.text'), '# Handbook')
        rmAndLink(join(folder, 'handbook.md'), 'aside.text')
      },
    ],
    ['lacks a file', (folder) => rmAndLink(join(folder, 'model.gguf'), null)],
    ['has a longer file', (folder) => appendFileSync(join(folder, 'model.gguf'), 'x')],
    ['has a changed file', (folder) => writeFileSync(join(folder, 'model.gguf'), Buffer.alloc(WEIGHTS.length, 'GGUF'))],
    ['has no description', (folder) => rmAndLink(join(folder, 'hearth-model.json'), null)],
  ])('is refused when it %s', async (_case, spoil) => {
    const there = computer()
    const folder = await exported(withModel(), 'folder')
    spoil(folder)
    expect((await failureOf(imported(folder, there))).code).toBe('archive_invalid')
    expect(there.left()).toEqual([])
  })

  it('is refused before anything is written when the disk is too small', async () => {
    const there = computer()
    const folder = await exported(withModel(), 'folder')
    const path = join(folder, 'hearth-model.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(String(WEIGHTS.length), String(2 ** 50)))
    expect((await failureOf(imported(folder, there))).code).toBe('disk_full')
    expect(there.left()).toEqual([])
  })

  it('may hold what systems put into folders', async () => {
    const folder = await exported(withModel(), 'folder')
    writeFileSync(join(folder, '.DS_Store'), 'x')
    expect((await imported(join(folder, 'hearth-model.json'), computer())).name).toBe('qwen:0.6b')
  })
})

function rmAndLink(path: string, to: string | null): void {
  rmSync(path)
  if (to !== null) symlinkSync(to, path)
}
