import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { sentence } from '../errors.ts'

/** An error in the form of the registry protocol. */
export function toRegistryError(path: string, info: ErrorInfo, status: number): object {
  return { errors: [{ code: codeOf(path, status), message: sentence(info), detail: {} }] }
}

function codeOf(path: string, status: number): string {
  if (status === 401) return 'UNAUTHORIZED'
  if (status === 403) return 'DENIED'
  if (status === 405) return 'UNSUPPORTED'
  if (status === 503) return 'TOOMANYREQUESTS'
  if (status === 404) return path.includes('/blobs/') ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN'
  return 'UNKNOWN'
}
