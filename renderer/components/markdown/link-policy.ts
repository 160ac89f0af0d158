const SCHEMES = new Set(['http:', 'https:', 'mailto:'])

/** The address that a link of a model may open, or null: only whole http, https and mailto addresses. */
export function allowedLink(href: string | undefined): string | null {
  if (href === undefined) return null
  try {
    const url = new URL(href)
    return SCHEMES.has(url.protocol) ? url.href : null
  } catch {
    // Relative addresses would lead into Hearth itself.
    return null
  }
}
