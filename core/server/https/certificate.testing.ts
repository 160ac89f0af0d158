import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import type { CertificateFiles } from './certificate.ts'

export interface MadeCertificate {
  /** PEM of whom to trust. */
  ca: string
  certificate: string
  key: string
}

const DAY_MS = 24 * 3600_000

/** A certificate as a company gives its servers: signed by an authority of its own. */
export async function makeCertificate(options: { from?: number; to?: number; passphrase?: string } = {}) {
  const { from = Date.now() - DAY_MS, to = Date.now() + 90 * DAY_MS, passphrase } = options
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
    ...(passphrase === undefined ? {} : { passphrase }),
  })
  return { ca: authority.cert, certificate: `${made.cert}\n${authority.cert}\n`, key: made.private }
}

/** Writes both files into a folder. */
export function writeCertificate(folder: string, { certificate, key }: MadeCertificate): CertificateFiles {
  const files = { certificate: join(folder, 'own.pem'), key: join(folder, 'own-key.pem') }
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, key)
  return files
}
