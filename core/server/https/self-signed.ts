import { X509Certificate } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import { writeFileAtomically } from '../../lib/write-file.ts'
import { type Certificate, readCertificate } from './certificate.ts'

const DAY_MS = 24 * 3600_000
/** Some systems trust no certificate that is valid for longer than 397 days; the first is for clocks that are late. */
const DAYS_BEFORE = 1
const DAYS_AFTER = 395
/** One that ends sooner than this is made anew. */
const DAYS_LEFT = 30

/** Names and addresses by which the server is called. What can't stand in a certificate is left out. */
export interface CertificateNames {
  needed: readonly string[]
  /** Come into a certificate that is made, but are no reason to make one. */
  more: readonly string[]
}

/**
 * The certificate that Hearth made for itself, in `<home>/https/`. It is made anew when it lacks a name that it needs,
 * when it nears its end, or when it can't be read.
 * @throws the file system's error where it can't be kept
 */
export async function selfSigned(home: string, names: CertificateNames, now: number): Promise<Certificate> {
  const folder = path.join(home, 'https')
  const files = { certificate: path.join(folder, 'certificate.pem'), key: path.join(folder, 'key.pem') }
  const kept = await readCertificate(files).catch(() => null)
  if (kept !== null && isGood(kept, names.needed.filter(isUsable), now)) return kept
  const { chain, key } = await make([...new Set([...names.needed, ...names.more].filter(isUsable))], now)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFileAtomically(files.key, key)
  await writeFileAtomically(files.certificate, chain)
  return readCertificate(files)
}

function isUsable(name: string): boolean {
  if (isIP(name) !== 0) return true
  return (
    name.length < 254 && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(name)
  )
}

function isGood({ chain, validFrom, validTo }: Certificate, names: readonly string[], now: number): boolean {
  const certificate = new X509Certificate(chain)
  const has = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
  return now >= validFrom && now < validTo - DAYS_LEFT * DAY_MS && names.every(has)
}

async function make(names: readonly string[], now: number): Promise<{ chain: string; key: string }> {
  // Loaded only by those who need it.
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: 'Hearth' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAYS_BEFORE * DAY_MS),
    notAfterDate: new Date(now + DAYS_AFTER * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  })
  return { chain: `${made.cert.trim()}\n`, key: made.private }
}
