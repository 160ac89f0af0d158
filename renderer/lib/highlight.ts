import type { HighlighterCore } from 'shiki/core'
import { grammarFor, loadGrammar } from './highlight-languages.ts'

export interface CodeToken {
  text: string
  /** A colour as CSS, from the theme's variables; null for the ordinary one. */
  color: string | null
}

export type Highlight = (code: string) => CodeToken[][]

/** Beyond this many characters a block stays plain: the grammars run on the window's own thread. */
const LONGEST = 60_000

const THEME = 'hearth'

/** Operators and punctuation in the colour of ordinary code: fewer colours, and those that are left mean something. */
const CALM = {
  scope: ['keyword.operator', 'storage.type.function.arrow', 'punctuation.separator', 'meta.brace'],
  settings: { foreground: 'var(--shiki-foreground)' },
}

let core: Promise<HighlighterCore> | null = null
const ready = new Map<string, Highlight>()

async function createCore(): Promise<HighlighterCore> {
  const [{ createHighlighterCore, createCssVariablesTheme }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ])
  const theme = createCssVariablesTheme({ name: THEME, variablePrefix: '--shiki-', fontStyle: false })
  return createHighlighterCore({
    themes: [{ ...theme, tokenColors: [...(theme.tokenColors ?? []), CALM] }],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  })
}

/** The highlighter of a language if it is loaded already. */
export function loadedHighlight(language: string): Highlight | null {
  const grammar = grammarFor(language)
  return grammar === null ? null : (ready.get(grammar) ?? null)
}

/** The highlighter of a language, loading what it needs; null when the language is not packaged. */
export async function loadHighlight(language: string): Promise<Highlight | null> {
  const grammar = grammarFor(language)
  if (grammar === null) return null
  const known = ready.get(grammar)
  if (known !== undefined) return known
  core ??= createCore()
  const [highlighter, registrations] = await Promise.all([core, loadGrammar(grammar)])
  await highlighter.loadLanguage(...registrations)
  const highlight: Highlight = (code) => {
    if (code.length > LONGEST) return plainLines(code)
    return highlighter
      .codeToTokensBase(code, { lang: grammar, theme: THEME })
      .map((line) => line.map((token) => ({ text: token.content, color: colorOf(token.color) })))
  }
  ready.set(grammar, highlight)
  return highlight
}

function colorOf(color: string | undefined): string | null {
  return color === undefined || color.includes('foreground') ? null : color
}

/** Code without colours, in the shape of highlighted code. */
export function plainLines(code: string): CodeToken[][] {
  return code.split('\n').map((text) => [{ text, color: null }])
}
