import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Vault } from '../host/host.ts'
import type { Log } from '../lib/log.ts'
import { writeFileAtomically } from '../lib/write-file.ts'

/** Small secrets by name: tokens, a key, a proxy's login. */
export interface Secrets {
  get(name: string): Promise<string | null>
  /** Null forgets it. Throws the file system's error. */
  set(name: string, value: string | null): Promise<void>
  /** Whether the operating system encrypts what is kept. */
  encrypted: boolean
}

const Kept = z.record(z.string(), z.union([z.object({ plain: z.string() }), z.object({ sealed: z.string() })]))
type Kept = z.infer<typeof Kept>

/**
 * Secrets in `<home>/secrets.json`, readable for this user alone, and encrypted where the system has a store for that.
 * One that can't be decrypted any more (another user, another computer) counts as absent.
 */
export function createSecrets(home: string, vault: Vault | null, log: Pick<Log, 'warn'>): Secrets {
  const path = join(home, 'secrets.json')
  let writing: Promise<void> = Promise.resolve()

  async function read(): Promise<Map<string, Kept[string]>> {
    try {
      return new Map(Object.entries(Kept.parse(JSON.parse(await readFile(path, 'utf8')))))
    } catch (error) {
      const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!absent) log.warn({ path }, 'the secrets could not be read')
      return new Map()
    }
  }

  async function store(name: string, value: string | null): Promise<void> {
    const kept = await read()
    if (value === null) kept.delete(name)
    else if (vault === null) kept.set(name, { plain: value })
    else kept.set(name, { sealed: Buffer.from(await vault.encrypt(value)).toString('base64') })
    await writeFileAtomically(path, JSON.stringify(Object.fromEntries(kept)))
    await chmod(path, 0o600)
  }

  return {
    encrypted: vault !== null,
    async get(name) {
      await writing.catch(() => null)
      const entry = (await read()).get(name)
      if (entry === undefined) return null
      if ('plain' in entry) return entry.plain
      try {
        return vault === null ? null : await vault.decrypt(Buffer.from(entry.sealed, 'base64'))
      } catch {
        log.warn({ name }, 'a secret can no longer be decrypted')
        return null
      }
    },
    set(name, value) {
      writing = writing.catch(() => undefined).then(() => store(name, value))
      return writing
    },
  }
}
