import { hostname } from 'node:os'
import { AppError } from '../../../shared/domain/errors.ts'
import type { ServerDeps } from '../deps.ts'
import { lastingAddresses, networkAddresses, ownAddresses } from '../listening/network.ts'
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.ts'
import { type CertificateNames, selfSigned } from './self-signed.ts'

type HttpsDeps = Pick<ServerDeps, 'env' | 'settings' | 'home' | 'clock'>

/**
 * The certificate to answer with as the environment, then the settings say, read from its files at each call; null
 * without HTTPS.
 * @param hosts names beside loopback by which the server may be called
 * @throws AppError invalid_input, certificate_unreadable, certificate_invalid, certificate_key_mismatch,
 * folder_unwritable
 */
export async function currentCertificate(deps: HttpsDeps, hosts: Iterable<string>): Promise<Certificate | null> {
  const named = filesFromEnvironment(deps.env)
  if (named !== null) return readCertificate(named)
  const { mode, certificate, key } = deps.settings().https
  if (mode === 'off') return null
  if (mode === 'own') return readCertificate(chosenFiles(certificate, key))
  try {
    return await selfSigned(deps.home, certificateNames(hosts), deps.clock())
  } catch (cause) {
    throw new AppError({
      code: 'folder_unwritable',
      message: `The certificate for HTTPS can't be kept in ${deps.home}.`,
      suggestion: 'Give yourself the right to write there.',
      data: { path: deps.home },
      cause,
    })
  }
}

function certificateNames(hosts: Iterable<string>): CertificateNames {
  const own = new Set(ownAddresses())
  const configured = [...hosts].filter((name) => !own.has(name))
  return {
    needed: ['localhost', '127.0.0.1', '::1', hostname(), ...configured, ...lastingAddresses()],
    more: networkAddresses(),
  }
}

function filesFromEnvironment(env: NodeJS.ProcessEnv): CertificateFiles | null {
  const certificate = env['HEARTH_TLS_CERT'] ?? ''
  const key = env['HEARTH_TLS_KEY'] ?? ''
  if (certificate === '' && key === '') return null
  if (certificate !== '' && key !== '') return { certificate, key }
  const [set, unset] = key === '' ? ['HEARTH_TLS_CERT', 'HEARTH_TLS_KEY'] : ['HEARTH_TLS_KEY', 'HEARTH_TLS_CERT']
  throw new AppError({
    code: 'invalid_input',
    message: `${set} is set, but ${unset} is not.`,
    suggestion: 'HTTPS needs both: the file of the certificate and the file of its key.',
  })
}

function chosenFiles(certificate: string | null, key: string | null): CertificateFiles {
  if (certificate !== null && certificate !== '' && key !== null && key !== '') return { certificate, key }
  throw new AppError({
    code: 'certificate_unreadable',
    message: 'HTTPS is to use your own certificate, but its files are not named.',
    suggestion: 'Name the PEM files of the certificate and its key.',
  })
}
