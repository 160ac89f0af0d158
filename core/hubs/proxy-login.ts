import { z } from 'zod'
import type { Secrets } from './secrets.ts'

const SECRET = 'proxy.login'
const Login = z.object({ user: z.string(), password: z.string() })

/** Name and password for the proxy, as they were kept; null when there are none. */
export async function proxyLogin(secrets: Secrets): Promise<z.infer<typeof Login> | null> {
  const kept = await secrets.get(SECRET)
  if (kept === null) return null
  const parsed = Login.safeParse(JSON.parse(kept))
  return parsed.success ? parsed.data : null
}

export function keepProxyLogin(secrets: Secrets, login: z.infer<typeof Login> | null): Promise<void> {
  return secrets.set(SECRET, login === null ? null : JSON.stringify(login))
}
