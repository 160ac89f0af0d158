import { AppError } from '../../../shared/domain/errors.ts'

const CERTIFICATE = /CERT|UNABLE_TO_|SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH/

/** What a failed connection means; an AppError, and an abort, stay what they are. */
export function toNetworkError(error: unknown, host: string, proxy: string | null): Error {
  if (error instanceof AppError) return error
  const inner = deepest(error)
  const proxyStatus = /Proxy response \((\d+)\)|\((407)\)/.exec(messages(error))
  if (proxy !== null && (proxyStatus?.[1] === '407' || proxyStatus?.[2] === '407')) return proxyRefused(proxy)
  // A refused tunnel comes as an abort too, but nobody aborted it.
  if (error instanceof Error && error.name === 'AbortError' && proxyStatus === null) return error
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : ''
  if (code === 'HEARTH_PRIVATE') return redirectRefused(host, error)
  if (CERTIFICATE.test(code)) {
    return new AppError({
      code: 'certificate_untrusted',
      message: `The certificate of ${host} is not trusted here (${code}).`,
      suggestion: 'If your company reads encrypted traffic, name its certificate file in Settings → Models.',
      data: { host },
      cause: error,
    })
  }
  const by = proxy === null ? '' : ` through the proxy ${proxy}`
  const why = code || (inner instanceof Error ? inner.message : '')
  return new AppError({
    code: 'hub_unreachable',
    message: `${host} can't be reached${by}${why === '' ? '' : ` (${why})`}.`,
    suggestion: 'Check the network connection. In Settings → Models you can set a proxy or a mirror.',
    data: { host },
    cause: error,
  })
}

/** A proxy that wants a login. */
export function proxyRefused(proxy: string): AppError {
  return new AppError({
    code: 'proxy_refused',
    message: `The proxy ${proxy} wants a name and a password.`,
    suggestion: 'Put them into Settings → Models.',
    data: { host: proxy },
  })
}

/** A redirect that must not be followed. */
export function redirectRefused(host: string, cause?: unknown): AppError {
  return new AppError({
    code: 'redirect_refused',
    message: `${host} sends the request to an address that is not safe.`,
    suggestion: 'Try another hub or mirror. Nothing was stored.',
    data: { host },
    cause,
  })
}

/** Silence for longer than was allowed. */
export function stalled(host: string): AppError {
  return new AppError({
    code: 'download_stalled',
    message: `${host} stopped sending.`,
    suggestion: 'Try again; what was fetched is kept.',
    data: { host },
  })
}

/** An answer that is not what was asked for. */
export function answerInvalid(host: string, cause?: unknown): AppError {
  return new AppError({
    code: 'hub_answer_invalid',
    message: `${host} gave an answer that makes no sense.`,
    suggestion: 'Try again. If you use a mirror or a proxy, check its address in Settings → Models.',
    data: { host },
    cause,
  })
}

/** A web page where something else was expected. */
export function captivePortal(host: string): AppError {
  return new AppError({
    code: 'captive_portal',
    message: `The network answers with a web page instead of ${host}.`,
    suggestion: 'Open a browser and log in to the network, then try again.',
    data: { host },
  })
}

function deepest(error: unknown): unknown {
  let inner = error
  for (let depth = 0; depth < 8; depth += 1) {
    if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0]
    else if (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
    else break
  }
  return inner
}

function messages(error: unknown): string {
  const inner = deepest(error)
  return `${error instanceof Error ? error.message : ''} ${inner instanceof Error ? inner.message : ''}`
}
