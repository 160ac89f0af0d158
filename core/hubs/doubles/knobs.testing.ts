/** A fault that happens a number of times and then no more. */
export interface Times {
  times: number
}

/** What goes wrong while bytes are sent. Each is read anew for each answer, so a test may turn it at any moment. */
export interface TransferKnobs {
  /** Of each answer; 1/60 is one byte a minute, null as fast as it goes. */
  bytesPerSecond: number | null
  /** Answers a range with 200 and the whole file. */
  ignoreRange: boolean
  /** Answers each range with 416. */
  refuseRange: boolean
  /** A 206 whose Content-Range names another start, or another total. */
  wrongContentRange: 'start' | 'total' | null
  /** Ends the connection politely (FIN) after so many bytes of the body. */
  endAfter: (Times & { bytes: number }) | null
  /** Breaks the connection (RST) after so many bytes of the body. */
  resetAfter: (Times & { bytes: number }) | null
  /** Sends the head and so many bytes of the body, then nothing more, and stays open. */
  silentAfter: (Times & { bytes: number }) | null
  /** Takes the request and says nothing at all. */
  silentBeforeHead: Times | null
  /** Flips the lowest bit of the byte at this offset of the file. */
  flipBit: (Times & { offset: number }) | null
  contentLength: 'right' | 'missing' | 'zero'
  /** Sends the file gzipped although `identity` was asked for. */
  gzipBody: boolean
}

export interface RateLimitFault extends Times {
  seconds: number
  header: 'RateLimit' | 'Retry-After'
}

export interface FailureFault extends Times {
  status: number
  html?: boolean
}

/** What goes wrong with a request as a whole, by the part of the hub that it asks. */
export interface RouteKnobs<Route extends string> {
  /** 429, and the seconds to wait in `RateLimit` or in `Retry-After`. */
  rateLimit: Partial<Record<Route, RateLimitFault>>
  /** Any status, as 503. */
  failure: Partial<Record<Route, FailureFault>>
  /** A login page with 200 instead of the answer, or a redirect to one. */
  captivePortal: Partial<Record<Route, 'page' | 'redirect'>>
  /** JSON that ends in the middle. */
  halfAnswer: Partial<Record<Route, boolean>>
}

/** No fault at all. */
export function noTransferFaults(): TransferKnobs {
  return {
    bytesPerSecond: null,
    ignoreRange: false,
    refuseRange: false,
    wrongContentRange: null,
    endAfter: null,
    resetAfter: null,
    silentAfter: null,
    silentBeforeHead: null,
    flipBit: null,
    contentLength: 'right',
    gzipBody: false,
  }
}

/** No fault at all. */
export function noRouteFaults<Route extends string>(): RouteKnobs<Route> {
  return { rateLimit: {}, failure: {}, captivePortal: {}, halfAnswer: {} }
}

/** Uses up one of the times that a fault happens; null when there is none left. */
export function take<Fault extends Times>(fault: Fault | null | undefined): Fault | null {
  if (!fault || fault.times <= 0) return null
  fault.times -= 1
  return fault
}
