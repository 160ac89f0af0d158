import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { doubtAbout, readCertificate } from './certificate.ts'
import { makeCertificate, writeCertificate } from './certificate.testing.ts'

describe("the person's own certificate", () => {
  it('is read with its chain, and known by its fingerprint', async () => {
    const made = await makeCertificate()
    const read = await readCertificate(writeCertificate(tempFolder(), made))
    expect(read).toMatchObject({ chain: made.certificate, key: made.key })
    expect(read.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  })

  it('may lie in one file with its key', async () => {
    const { certificate, key } = await makeCertificate()
    const both = join(tempFolder(), 'both.pem')
    writeFileSync(both, key + certificate)
    await expect(readCertificate({ certificate: both, key: both })).resolves.toMatchObject({ chain: key + certificate })
  })

  it('is refused with the reason and the file', async () => {
    const folder = tempFolder()
    const made = await makeCertificate()
    const other = await makeCertificate()
    const locked = await makeCertificate({ passphrase: 'secret' })
    const files = writeCertificate(folder, made)
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    mkdirSync(join(folder, 'folder'))
    const absent = join(folder, 'absent.pem')
    const cases = [
      [{ ...files, certificate: absent }, 'certificate_unreadable', /no file at .*absent\.pem/],
      [{ ...files, key: absent }, 'certificate_unreadable', /no file at .*absent\.pem/],
      [{ ...files, certificate: join(folder, 'folder') }, 'certificate_unreadable', /is no file/],
      [{ ...files, certificate: join(files.key, 'below.pem') }, 'certificate_unreadable', /can't be read/],
      [{ ...files, key: file('large.pem', 'x'.repeat(2e6)) }, 'certificate_unreadable', /too large/],
      [{ ...files, certificate: file('text.pem', 'hello') }, 'certificate_invalid', /no certificate in PEM/],
      [{ ...files, certificate: file('empty.pem', '') }, 'certificate_invalid', /no certificate in PEM/],
      [{ ...files, certificate: file('cut.pem', made.certificate.slice(0, 300)) }, 'certificate_invalid', /in PEM/],
      [{ ...files, certificate: files.key }, 'certificate_invalid', /no certificate in PEM/],
      [{ ...files, key: files.certificate }, 'certificate_invalid', /no private key in PEM/],
      [{ ...files, key: file('locked.pem', locked.key) }, 'certificate_invalid', /passphrase/],
      [
        { ...files, key: file('other.pem', other.key) },
        'certificate_key_mismatch',
        /not that of the first certificate/,
      ],
    ] as const
    for (const [named, code, message] of cases) {
      await expect(readCertificate(named), JSON.stringify(named)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
        data: { path: expect.stringContaining(folder) as string },
      })
    }
  })

  it('is refused with a key of another kind', async () => {
    const made = await makeCertificate()
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const files = writeCertificate(tempFolder(), { ...made, key })
    await expect(readCertificate(files)).rejects.toMatchObject({ code: 'certificate_key_mismatch' })
  })

  it('is doubted before and after its days, and used all the same', async () => {
    const [from, to] = [Date.UTC(2030, 0, 10), Date.UTC(2030, 1, 10)]
    const read = await readCertificate(writeCertificate(tempFolder(), await makeCertificate({ from, to })))
    expect(doubtAbout(read, from + 1)).toBeNull()
    expect(doubtAbout(read, from - 1)).toMatchObject({
      code: 'certificate_expired',
      message: 'The certificate for HTTPS is valid only from 2030-01-10 on.',
    })
    expect(doubtAbout(read, to)).toMatchObject({
      message: 'The certificate for HTTPS expired on 2030-02-10.',
      data: { day: '2030-02-10' },
    })
  })
})
