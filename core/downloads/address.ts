import type { Located } from '../hubs/hub.ts'

/** Where a file can be fetched from, asked for again when that has expired. */
export interface Address {
  /** Good for a request now. Rejects as the hub's `locate`, and as `accept`. */
  current(): Promise<Located>
  /** This one was refused: the next call asks the hub, unless someone already did. */
  refused(located: Located): void
}

/** An address that ends sooner than this is not worth a request. */
const MARGIN_MS = 5000

/** @param accept looks at each answer of the hub; throws when the file was replaced */
export function createAddress(
  locate: () => Promise<Located>,
  accept: (located: Located) => void,
  now: () => number,
): Address {
  let known: Located | null = null
  let asking: Promise<Located> | null = null

  async function ask(): Promise<Located> {
    const located = await locate()
    accept(located)
    known = located
    return located
  }
  return {
    async current() {
      if (known && (known.expiresAt === null || known.expiresAt - MARGIN_MS > now())) return known
      asking ??= ask().finally(() => {
        asking = null
      })
      return asking
    },
    refused(located) {
      if (known === located) known = null
    },
  }
}
