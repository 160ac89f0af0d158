import { AppError } from '../../../shared/domain/errors.ts'
import { hubNotFound, tokenRefused, type Refusal } from '../http/ask-json.ts'

/**
 * What Hugging Face means by a refusal. The code in `X-Error-Code` counts, not the status: without a token, a
 * repository that is not there, one that is private, and a gated one all answer 401.
 *
 * @param repo null where no repository was asked for
 */
export function refusalOf(host: string, repo: string | null, withToken: boolean): Refusal {
  return (status, header, body) => {
    const code = header('x-error-code') ?? codeInBody(body)
    if (code === 'GatedRepo') return status === 401 && withToken ? tokenRefused(host) : gated(repo ?? host)
    if (code === 'RevisionNotFound') return hubNotFound(`${repo ?? host} has no such revision.`)
    if (code === 'EntryNotFound') return hubNotFound(`${repo ?? host} has no such file.`)
    if (status === 401 && withToken && code !== 'RepoNotFound') return tokenRefused(host)
    if (code === 'RepoNotFound' || status === 404 || status === 401) {
      return hubNotFound(`${host} has no model ${repo ?? ''}, or shows it only to its owners.`)
    }
    return null
  }
}

function gated(repo: string): AppError {
  return new AppError({
    code: 'hub_gated',
    message: `${repo} is only for people whom its owner lets in.`,
    suggestion: 'Ask for access on its page, then put your token into Settings → Models.',
    data: { repo },
  })
}

/** Mirrors may lose the header; the sentence is the same. */
function codeInBody(body: string): string | null {
  if (/Access to model .{1,300} is restricted/.test(body.slice(0, 2000))) return 'GatedRepo'
  return null
}
