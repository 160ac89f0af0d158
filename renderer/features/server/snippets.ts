export type SnippetLanguage = 'curl' | 'python' | 'javascript'

export interface SnippetOptions {
  /** Base URL of the OpenAI API, as `http://127.0.0.1:1234/v1`. */
  baseUrl: string
  /** A chat model of the library. */
  model: string
  /** The program takes the key from `HEARTH_API_KEY`; otherwise any text will do as the key. */
  keyRequired: boolean
  /** Quote curl for the Windows command prompt, which knows no single quotes. */
  windows?: boolean
}

const QUESTION = 'What is the capital of France?'

/**
 * A program that asks one question and prints the answer, and runs as pasted: curl in a shell, Python and
 * JavaScript with the official `openai` package.
 */
export function snippet(language: SnippetLanguage, options: SnippetOptions): string {
  switch (language) {
    case 'curl':
      return options.windows === true ? curlForWindows(options) : curl(options)
    case 'python':
      return python(options)
    case 'javascript':
      return javascript(options)
  }
}

function curl({ baseUrl, model, keyRequired }: SnippetOptions): string {
  const body = [
    '{',
    `    "model": ${JSON.stringify(model)},`,
    '    "messages": [',
    `      {"role": "user", "content": ${JSON.stringify(QUESTION)}}`,
    '    ]',
    '  }',
  ].join('\n')
  return [
    `curl ${singleQuoteUnlessPlain(`${baseUrl}/chat/completions`)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    ...(keyRequired ? [`  -H "Authorization: Bearer $HEARTH_API_KEY" \\`] : []),
    `  -d ${singleQuote(body)}`,
  ].join('\n')
}

function curlForWindows({ baseUrl, model, keyRequired }: SnippetOptions): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: QUESTION }] })
  return [
    `curl "${baseUrl}/chat/completions" ^`,
    '  -H "Content-Type: application/json" ^',
    ...(keyRequired ? ['  -H "Authorization: Bearer %HEARTH_API_KEY%" ^'] : []),
    `  -d "${body.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  ].join('\n')
}

function python({ baseUrl, model, keyRequired }: SnippetOptions): string {
  return [
    '# pip install openai',
    ...(keyRequired ? ['import os', ''] : []),
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=${keyRequired ? 'os.environ["HEARTH_API_KEY"]' : '"hearth"'})`,
    'reply = client.chat.completions.create(',
    `    model=${JSON.stringify(model)},`,
    `    messages=[{"role": "user", "content": ${JSON.stringify(QUESTION)}}],`,
    ')',
    'print(reply.choices[0].message.content)',
  ].join('\n')
}

function javascript({ baseUrl, model, keyRequired }: SnippetOptions): string {
  return [
    '// npm install openai, save as ask.mjs, run: node ask.mjs',
    'import OpenAI from "openai"',
    '',
    'const client = new OpenAI({',
    `  baseURL: ${JSON.stringify(baseUrl)},`,
    `  apiKey: ${keyRequired ? 'process.env.HEARTH_API_KEY' : '"hearth"'},`,
    '})',
    'const reply = await client.chat.completions.create({',
    `  model: ${JSON.stringify(model)},`,
    `  messages: [{ role: "user", content: ${JSON.stringify(QUESTION)} }],`,
    '})',
    'console.log(reply.choices[0].message.content)',
  ].join('\n')
}

function singleQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function singleQuoteUnlessPlain(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : singleQuote(text)
}
