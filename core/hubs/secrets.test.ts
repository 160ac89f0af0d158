import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Vault } from '../host/host.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createSecrets } from './secrets.ts'

const log = { warn: () => undefined }
const vault: Vault = {
  encrypt: async (text) => Buffer.from(text).map((byte) => byte ^ 0x5a),
  decrypt: async (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString(),
}

describe('secrets', () => {
  it('are kept over a restart, in a file for this user alone', async () => {
    const home = tempFolder()
    await createSecrets(home, null, log).set('token', 'hf_abc')
    const again = createSecrets(home, null, log)
    expect(await again.get('token')).toBe('hf_abc')
    expect(await again.get('__proto__')).toBeNull()
    const { mode } = await stat(join(home, 'secrets.json'))
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600)
  })

  it('are encrypted where the system can', async () => {
    const home = tempFolder()
    const secrets = createSecrets(home, vault, log)
    await secrets.set('token', 'hf_abc')
    expect(secrets.encrypted).toBe(true)
    expect(await secrets.get('token')).toBe('hf_abc')
    expect(await readFile(join(home, 'secrets.json'), 'utf8')).not.toContain('hf_abc')
    expect(await createSecrets(home, null, log).get('token')).toBeNull()
  })

  it('are not lost when two are kept at once, and go when they are forgotten', async () => {
    const secrets = createSecrets(tempFolder(), null, log)
    await Promise.all([secrets.set('a', '1'), secrets.set('b', '2')])
    expect([await secrets.get('a'), await secrets.get('b')]).toEqual(['1', '2'])
    await secrets.set('a', null)
    expect(await secrets.get('a')).toBeNull()
  })

  it('count as absent when the file is damaged', async () => {
    const home = tempFolder()
    await writeFile(join(home, 'secrets.json'), '{"token":')
    expect(await createSecrets(home, null, log).get('token')).toBeNull()
  })
})
