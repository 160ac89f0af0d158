import type { Certificate } from '../https/certificate.ts'
import { type Listener, listen, type ListenerOptions } from './listener.ts'

export interface WantedPorts {
  host: string
  /** The one that must open; 0: the one that is open already, else any free one. */
  main: number
  /** One more that opens if it is free. */
  extra: number | null
  /** Set for HTTPS. */
  certificate: Certificate | null
}

/** The ports that answer now, and how they change without dropping what runs. */
export interface OpenPorts {
  /** The main one first. */
  list(): readonly Listener[]
  /**
   * Opens what is wanted and closes what no longer is; running answers of a port that is closed come to their end.
   * What fits already is kept.
   * @throws AppError as {@link listen}; then what answered before still does
   */
  arrange(wanted: WantedPorts): Promise<void>
  /** Uses another certificate for connections from now on. */
  renew(certificate: Certificate): void
  /** Gives all of them away, to be closed. */
  take(): readonly Listener[]
}

/** @param onRetire told of a port that takes no more requests, before it is opened in another way */
export function createOpenPorts(
  handlers: Pick<ListenerOptions, 'onRequest' | 'onUpgrade'>,
  onRetire: (port: number) => void,
): OpenPorts {
  let open: Listener[] = []

  async function retire(listener: Listener): Promise<void> {
    listener.drain()
    onRetire(listener.port)
    await listener.idle()
    await listener.close()
  }

  async function obtain(port: number, { host, certificate }: WantedPorts): Promise<Listener> {
    const here = open.find((listener) => listener.port === port)
    if (here === undefined) return listen({ ...handlers, host, port, certificate })
    if (here.host === host && here.secure === (certificate !== null)) return here
    // Nobody else can have the port before this one has left it.
    void retire(here)
    open = open.filter((listener) => listener !== here)
    try {
      return await listen({ ...handlers, host, port, certificate })
    } catch (error) {
      open = [await here.again(), ...open]
      throw error
    }
  }

  return {
    list: () => open,
    async arrange(wanted) {
      const main = await obtain(wanted.main === 0 ? (open[0]?.port ?? 0) : wanted.main, wanted)
      const extra = wanted.extra === null ? null : await obtain(wanted.extra, wanted).catch(() => null)
      const next = extra === null ? [main] : [main, extra]
      for (const listener of open) if (!next.includes(listener)) void retire(listener)
      open = next
      if (wanted.certificate !== null) for (const listener of open) listener.renew(wanted.certificate)
    },
    renew(certificate) {
      for (const listener of open) listener.renew(certificate)
    },
    take() {
      const all = open
      open = []
      return all
    },
  }
}
