import { HttpRefusal } from '../errors.ts'

/** Bytes of a JSON body at most: far above any prompt, far below what would hurt. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

/** Levels of nesting at most; deeper JSON serves only to exhaust a stack. */
const MAX_DEPTH = 128
/** Fields and entries at most: more tokens than any context, few enough to say of each what is wrong with it. */
export const MAX_VALUES = 1_000_000

const watchers = new WeakMap<Request, (part: Uint8Array) => void>()

/** Tells of each part of a body when it is read, if it is. */
export function watchBody(request: Request, onPart: (part: Uint8Array) => void): void {
  watchers.set(request, onPart)
}

/**
 * The body of a request as JSON, whatever its content type says (`curl -d` names a form). Of fields with one name the
 * last counts.
 * @throws HttpRefusal 400 for no body, no JSON, bad UTF-8 or deep nesting, 413 for too much, 415 for a compressed one
 *   and for a form with files
 */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity') {
    throw new HttpRefusal(415, `A body with content encoding "${encoding}" is not accepted. Send it uncompressed.`)
  }
  if (/^multipart\//i.test(request.headers.get('content-type') ?? '')) {
    throw new HttpRefusal(415, 'A form with files is not accepted. Send a JSON object.')
  }
  const text = decode(await readBytes(request, maxBytes))
  if (text.trim() === '') throw new HttpRefusal(400, 'The request has no body. Send a JSON object.')
  const { depth, values } = shapeOf(text)
  if (depth > MAX_DEPTH) {
    throw new HttpRefusal(400, `The body nests deeper than ${MAX_DEPTH} levels. Send a flatter JSON object.`)
  }
  if (values > MAX_VALUES) {
    throw new HttpRefusal(413, `The body has more than ${MAX_VALUES} fields and entries. Send less at once.`)
  }
  try {
    const json: unknown = JSON.parse(text)
    return json
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable'
    throw new HttpRefusal(400, `The body is not valid JSON: ${reason}.`)
  }
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new HttpRefusal(413, `The body is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB. Send a shorter prompt.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (request.body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  const watch = watchers.get(request)
  for await (const part of request.body) {
    watch?.(part)
    length += part.byteLength
    if (length > maxBytes) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HttpRefusal(400, 'The body is not valid UTF-8.')
  }
}

/** The deepest nesting of brackets outside strings and how many values there are, before a parser sees the text. */
function shapeOf(json: string): { depth: number; values: number } {
  let depth = 0
  let deepest = 0
  let values = 0
  for (let i = 0; i < json.length; i++) {
    const character = json.charCodeAt(i)
    if (character === 0x22) {
      i++
      while (i < json.length && json.charCodeAt(i) !== 0x22) i += json.charCodeAt(i) === 0x5c ? 2 : 1
    } else if (character === 0x5b || character === 0x7b) {
      deepest = Math.max(deepest, ++depth)
      values++
    } else if (character === 0x5d || character === 0x7d) depth--
    else if (character === 0x2c) values++
  }
  return { depth: deepest, values }
}
