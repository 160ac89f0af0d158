import type { EngineEvent } from '../shared/process/engine.ts'
import type { Piece } from './output/answer.ts'

/** Between two messages, in ms: what wakes the host costs more than what it carries (engine.md). */
const intervalMs = 30
/** A message may go so much earlier to go with a token, and so much later to wait for one. */
const leewayMs = 6

/** A part of an answer with the number of tokens that it took. */
export type CountedPiece = Piece & { tokens: number }

/**
 * Gathers the pieces of an answer into messages of about 30 ms; the first goes at once. A message goes with a token where
 * it can: then the host is woken between two steps and not during one, whose threads it would hold up, and once for all
 * answers of a step. Pieces of another kind begin a message of their own, so that the order stays. Its owner calls
 * `flush` at the end.
 */
export interface PieceCoalescer {
  /** What one more token gave; nothing while a character or a stop string is still open. */
  push(pieces: readonly Piece[]): void
  /** Pieces of tokens already counted. */
  append(pieces: readonly Piece[]): void
  flush(): void
}

export function createPieceCoalescer(post: (piece: CountedPiece) => void): PieceCoalescer {
  let open: Piece | null = null
  let tokens = 0
  let timer: NodeJS.Timeout | undefined
  let last = -Infinity

  function send(): void {
    if (open === null && tokens === 0) return
    const piece: Piece = open ?? { kind: 'text', text: '' }
    const count = tokens
    open = null
    tokens = 0
    last = performance.now()
    post({ ...piece, tokens: count })
  }

  function add(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (isEmpty(piece)) continue
      const joined = open === null ? piece : join(open, piece)
      if (joined === null) send()
      open = joined ?? piece
    }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    send()
  }

  return {
    push(pieces) {
      const [first] = pieces.filter((piece) => !isEmpty(piece))
      // The token belongs to the message that its own text begins.
      if (open !== null && first !== undefined && join(open, first) === null) send()
      tokens++
      add(pieces)
      if (open === null) return
      const wait = last + intervalMs - performance.now()
      if (wait <= leewayMs) flush()
      else timer ??= setTimeout(flush, wait + leewayMs)
    },
    append: add,
    flush,
  }
}

/** The message that carries a piece. */
export function eventOf(id: number, piece: CountedPiece): EngineEvent {
  const { kind, ...rest } = piece
  return { type: kind, id, ...rest } as EngineEvent // the fields of a piece are those of its event
}

function isEmpty(piece: Piece): boolean {
  return piece.kind !== 'toolCall' && piece.text === '' && (piece.kind !== 'text' || piece.logprobs === undefined)
}

/** Two pieces as one; null where they must stay apart. */
function join(a: Piece, b: Piece): Piece | null {
  if (a.kind === 'text' && b.kind === 'text') {
    const logprobs = a.logprobs || b.logprobs ? [...(a.logprobs ?? []), ...(b.logprobs ?? [])] : undefined
    return { kind: 'text', text: a.text + b.text, ...(logprobs === undefined ? {} : { logprobs }) }
  }
  if (a.kind === 'reasoning' && b.kind === 'reasoning') return { kind: 'reasoning', text: a.text + b.text }
  if (a.kind === 'toolCall' && b.kind === 'toolCall' && a.index === b.index && b.name === undefined) {
    const argumentsDelta = (a.argumentsDelta ?? '') + (b.argumentsDelta ?? '')
    return { ...a, ...(a.argumentsDelta === undefined && b.argumentsDelta === undefined ? {} : { argumentsDelta }) }
  }
  return null
}
