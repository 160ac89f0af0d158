import type { LlamaGrammarEvaluationState, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { FinishReason, TokenLogprob } from '../../shared/domain/generation.ts'
import type { Answer, Piece, Pushed } from './answer.ts'
import { tokenLogprob, type TokenBytes } from './logprobs/token-logprob.ts'
import type { CompiledGrammar, ModelTokens } from './model-tokens.ts'
import { StopStrings } from './text/stop-strings.ts'
import { createTokenText } from './text/token-text.ts'
import type { Segment, ThoughtSplitter } from './thinking/splitter.ts'
import type { Found, ToolReader } from './tools/reader.ts'

/** Everything that was decided about an answer before it begins. */
export interface AnswerPlan {
  prompt: readonly Token[]
  sampling(history: (count: number) => Token[]): SequenceEvaluateOptions
  stop: readonly string[]
  /** Null for an answer that is all text. */
  splitter: ThoughtSplitter | null
  /** Tokens that may be thought; null: as many as it likes. */
  budget: number | null
  /** Null where there are no tools. */
  createReader: ((onTrigger: (text: string) => boolean) => ToolReader) | null
  grammars: {
    /** From the first token on; it lets the model think first where it may. */
    start: CompiledGrammar | null
    /** From the end of the thought on. */
    afterThinking: CompiledGrammar | null
    /** From the opening of a call on, where none is in force. */
    call: CompiledGrammar | null
    /** `start` takes the thought as a whole, too, and stays in force after it. */
    startCoversThinking: boolean
  }
  /** Texts of control tokens that are shown. */
  markers: readonly string[]
  /** Alternatives to report; null: no log probabilities. */
  logprobs: number | null
  bytes: TokenBytes
  /** The answer begins with it. */
  echo: string
}

/** A closing tag has no more tokens. */
const tokensOfTag = 8

/** Follows an answer from token to token. */
export function createAnswer(
  model: Pick<ModelTokens, 'detokenize' | 'controlText' | 'tokenize'>,
  plan: AnswerPlan,
): Answer {
  const { splitter, grammars } = plan
  const seen = [...plan.prompt]
  const text = createTokenText(model, plan.prompt, plan.markers)
  const stops = new StopStrings(plan.stop)
  const reader = plan.createReader?.((opening) => beginCall(opening)) ?? null
  let grammar: LlamaGrammarEvaluationState | null =
    splitter?.thinking === true ? null : (grammars.start?.begin('') ?? null)
  let echo = plan.echo
  let reasoningTokens = 0
  let stopped = false
  /** Characters of the answer so far, and the log probabilities of tokens whose text may still be held back. */
  let fed = 0
  let waiting: { at: number; logprob: TokenLogprob }[] = []

  function beginCall(opening: string): boolean {
    if (grammar !== null || grammars.call === null) return true
    grammar = grammars.call.begin(opening)
    return grammar !== null
  }

  /** The grammar changes where a thought begins or ends. Returns the segments that hold to it. */
  function follow(segments: Segment[], before: { thinking: boolean; closed: number }): Segment[] {
    if (splitter === null || grammars.startCoversThinking) return segments
    if (splitter.closed > before.closed) {
      if (grammars.afterThinking === null) return segments
      const said = segments
        .filter(({ kind }) => kind === 'text')
        .map((segment) => segment.text)
        .join('')
      grammar = grammars.afterThinking.begin(said)
      if (grammar !== null) return segments
      // The token that closed the thought went on with what the form does not take.
      grammar = grammars.afterThinking.begin('')
      return segments.filter(({ kind }) => kind === 'reasoning')
    }
    if (splitter.thinking && !before.thinking) grammar = null
    return segments
  }

  function say(segments: readonly Segment[]): Piece[] {
    const pieces: Piece[] = []
    for (const segment of segments) {
      if (stopped) break
      if (segment.kind === 'reasoning') {
        pieces.push({ kind: 'reasoning', text: segment.text })
        continue
      }
      fed += segment.text.length
      const found: Found[] = reader === null ? ([segment] as Found[]) : reader.push(segment.text) // a text segment is a found text
      for (const one of found) pieces.push(...show(one))
    }
    return pieces
  }

  function show(found: Found): Piece[] {
    if (stopped) return []
    if (found.kind === 'toolCall') {
      const rest = stops.flush()
      waiting = []
      return [...(rest === '' ? [] : [{ kind: 'text', text: rest } satisfies Piece]), found]
    }
    const result = stops.push(found.text)
    stopped = result.stopped
    return result.text === '' ? [] : [{ kind: 'text', text: result.text }]
  }

  /** Log probabilities go with the first text that shows their tokens, and never go ahead of it. */
  function attach(pieces: Piece[]): Piece[] {
    if (waiting.length === 0 || reader?.reading === true) return pieces
    const held = stops.held + (reader?.held ?? 0)
    const settled = fed - held
    const ready = stopped
      ? waiting.filter(({ at }) => at < shown)
      : held === 0
        ? waiting
        : waiting.filter(({ at }) => at < settled)
    if (ready.length === 0) return pieces
    waiting = waiting.filter((one) => !ready.includes(one))
    const logprobs = ready.map(({ logprob }) => logprob)
    const first = pieces.find((piece) => piece.kind === 'text')
    if (first?.kind === 'text') {
      first.logprobs = logprobs
      return pieces
    }
    return [...pieces, { kind: 'text', text: '', logprobs }]
  }

  /** Characters of the answer that were given out. */
  let shown = 0

  function finish(pieces: Piece[]): Piece[] {
    for (const piece of pieces) if (piece.kind === 'text') shown += piece.text.length
    const all = attach(pieces)
    if (echo !== '') {
      all.unshift({ kind: 'text', text: echo })
      echo = ''
    }
    if (all.length > 0) return all
    const call = reader?.current ?? null
    if (call !== null) return [{ kind: 'toolCall', ...call, argumentsDelta: '' }]
    return [{ kind: splitter?.thinking === true ? 'reasoning' : 'text', text: '' }]
  }

  function closeThought(): Pushed | null {
    if (splitter === null || plan.budget === null || !splitter.thinking || reasoningTokens < plan.budget) return null
    // The model may be closing it at this moment.
    if (splitter.holding && reasoningTokens < plan.budget + tokensOfTag) return null
    const rest = text.flush()
    const replace = model.tokenize(splitter.close())
    seen.push(...replace)
    grammar = grammars.afterThinking?.begin('') ?? null
    return { pieces: [{ kind: 'reasoning', text: rest }], ended: null, replace }
  }

  return {
    options: {
      ...plan.sampling((count) => seen.slice(-count)),
      ...(grammars.start === null && grammars.afterThinking === null && grammars.call === null
        ? {}
        : { grammarEvaluationState: () => grammar ?? undefined }),
    },
    metadata: plan.logprobs === null ? {} : { probabilities: true },
    push(step) {
      const forced = closeThought()
      if (forced !== null) return forced
      seen.push(step.token)
      const before = { thinking: splitter?.thinking === true, closed: splitter?.closed ?? 0 }
      const added = text.push(step.token)
      const segments =
        splitter === null ? (added === '' ? [] : [{ kind: 'text' as const, text: added }]) : splitter.push(added)
      const isThought = before.thinking || splitter?.thinking === true
      if (isThought) reasoningTokens++
      else if (plan.logprobs !== null) {
        waiting.push({ at: fed, logprob: tokenLogprob(plan.bytes, step.token, step.probabilities, plan.logprobs) })
      }
      const pieces = finish(say(follow(segments, before)))
      return { pieces, ended: stopped ? 'stop' : null }
    },
    end(reason) {
      const rest = text.flush()
      const last =
        splitter === null ? [{ kind: 'text' as const, text: rest }] : [...splitter.push(rest), ...splitter.flush()]
      const pieces = say(last)
      if (!stopped) for (const found of reader?.flush() ?? []) pieces.push(...show(found))
      if (!stopped) {
        const held = stops.flush()
        if (held !== '') pieces.push({ kind: 'text', text: held })
      }
      const all = finish(pieces).filter((piece) => !isEmpty(piece))
      return { pieces: all, reason: reasonOf(reason) }
    },
    get reasoningTokens() {
      return reasoningTokens
    },
  }

  function reasonOf(reason: FinishReason): FinishReason {
    return reason === 'stop' && !stopped && (reader?.calls ?? 0) > 0 ? 'toolCalls' : reason
  }
}

function isEmpty(piece: Piece): boolean {
  if (piece.kind === 'toolCall') return piece.name === undefined && (piece.argumentsDelta ?? '') === ''
  return piece.text === '' && !('logprobs' in piece)
}
