import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { AppError, type ErrorInfo } from '../../../shared/domain/errors.ts'

/** A certificate that is ready to be answered with. */
export interface Certificate {
  /** PEM: the certificate first, then those of its issuers. */
  chain: string
  /** PEM, without a passphrase. */
  key: string
  /** SHA-256, as `AB:CD:…`. */
  fingerprint: string
  /** Milliseconds since the epoch. */
  validFrom: number
  validTo: number
}

export interface CertificateFiles {
  certificate: string
  key: string
}

/** A chain of certificates has a few kilobytes; what is larger is something else. */
const MAX_BYTES = 1024 * 1024

/**
 * Reads a certificate and its key.
 * @throws AppError certificate_unreadable, certificate_invalid, certificate_key_mismatch
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const [chain, key] = await Promise.all([readText(files.certificate), readText(files.key)])
  const leaf = parsed(files.certificate, 'certificate', () => new X509Certificate(chain))
  const privateKey = parsed(files.key, 'private key', () => createPrivateKey(key))
  assertPair(leaf, privateKey, files)
  // What OpenSSL refuses only when it is used, as a key that is too short.
  parsed(files.certificate, 'certificate', () => createSecureContext({ cert: chain, key }))
  return {
    chain,
    key,
    fingerprint: leaf.fingerprint256,
    validFrom: Date.parse(leaf.validFrom),
    validTo: Date.parse(leaf.validTo),
  }
}

/** What should be said of a certificate that is in use; null when all is well. */
export function doubtAbout({ validFrom, validTo }: Certificate, now: number): ErrorInfo | null {
  if (now >= validFrom && now < validTo) return null
  const day = new Date(now < validFrom ? validFrom : validTo).toISOString().slice(0, 10)
  return {
    code: 'certificate_expired',
    message:
      now < validFrom
        ? `The certificate for HTTPS is valid only from ${day} on.`
        : `The certificate for HTTPS expired on ${day}.`,
    suggestion: 'Renew it; Hearth takes the new files by itself. Until then programs refuse to connect.',
    data: { day },
  }
}

async function readText(path: string): Promise<string> {
  try {
    const info = await stat(path)
    if (!info.isFile()) throw unreadable(path, `${path} is no file.`)
    if (info.size > MAX_BYTES) throw unreadable(path, `${path} is too large for a certificate or a key.`)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof AppError) throw error
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw unreadable(path, isAbsent ? `There is no file at ${path}.` : `${path} can't be read.`, error)
  }
}

function unreadable(path: string, message: string, cause?: unknown): AppError {
  return new AppError({
    code: 'certificate_unreadable',
    message,
    suggestion: 'Name the PEM files of the certificate and its key, and let Hearth read them.',
    data: { path },
    cause,
  })
}

function parsed<T>(path: string, what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const needsPassphrase = code === 'ERR_MISSING_PASSPHRASE' || /INTERRUPTED_OR_CANCELLED|BAD_DECRYPT/.test(code)
    throw new AppError({
      code: 'certificate_invalid',
      message: needsPassphrase
        ? `The private key in ${path} is locked with a passphrase.`
        : `${path} holds no ${what} in PEM form that can be used.`,
      suggestion:
        'Name PEM files: the certificate with those of its issuers, and its private key without a passphrase.',
      data: { path },
      cause,
    })
  }
}

function assertPair(leaf: X509Certificate, key: KeyObject, files: CertificateFiles): void {
  if (leaf.checkPrivateKey(key)) return
  throw new AppError({
    code: 'certificate_key_mismatch',
    message: `The private key in ${files.key} is not that of the first certificate in ${files.certificate}.`,
    suggestion: 'Name the two files that belong together. The certificate of the server comes first in its file.',
    data: { path: files.certificate, keyPath: files.key },
  })
}
