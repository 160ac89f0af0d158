/** The code in what a person pasted: a whole `/enter?code=…` link, or the code itself. Null for anything else. */
export function enterCode(pasted: string): string | null {
  const text = pasted.trim()
  const fromLink = /[?&]code=([^&#\s]+)/.exec(text)?.[1]
  const code = fromLink ?? text
  return /^[\w.~-]{8,256}$/.test(code) ? code : null
}
