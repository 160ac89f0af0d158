/** What a request presents as a key: `Authorization: Bearer …` as most programs send it, and `x-api-key`. */
export function presentedKeys(header: (name: string) => string | undefined): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '')?.[1]
  return [bearer, header('x-api-key')?.trim()].flatMap((key) => key || [])
}
