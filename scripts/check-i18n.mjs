import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conclude, projectFiles, ROOT } from './lib/sources.mjs'
import { translationUses } from './lib/translation-uses.mjs'

const LANGUAGES = ['en', 'zh-CN']
const PLURAL = /_(zero|one|two|few|many|other)$/
/**
 * Error texts are looked up as `${code}.title`, `.plain` (where the error lacks a fact) and `.suggestion`, see
 * renderer/lib/errors.ts. In English they may pass on the core's own words, so their variables differ by language.
 */
const ERRORS = 'errors'
const ERROR_PARTS = ['title', 'plain', 'suggestion']
/** The shell reads its words as one object, checked by a schema when it starts: `words.copyLink`. */
const MENU = 'menu'

const problems = []
const read = (path) => readFileSync(join(ROOT, path), 'utf8')

/** Leaves of a translation file as `a.b.c` → text. */
function flatten(value, where, prefix = '', into = new Map()) {
  for (const [name, content] of Object.entries(value)) {
    const key = prefix + name
    if (typeof content === 'string') into.set(key, content)
    else if (content !== null && typeof content === 'object' && !Array.isArray(content)) {
      flatten(content, where, `${key}.`, into)
    } else problems.push(`${where}: ${key} is neither a text nor a group of texts.`)
  }
  return into
}

/** Texts by the key that code asks for: plural forms lie together. */
function byBase(texts) {
  const bases = new Map()
  for (const [key, text] of texts) {
    const form = PLURAL.exec(key)?.[1] ?? ''
    const base = form === '' ? key : key.replace(PLURAL, '')
    bases.set(base, (bases.get(base) ?? new Map()).set(form, text))
  }
  return bases
}

const variables = (forms) =>
  [...new Set([...forms.values()].flatMap((text) => [...text.matchAll(/\{\{-?\s*(\w+)/g)].map((match) => match[1])))]
    .sort()
    .join(', ')

function checkForms(language, where, base, forms) {
  for (const [form, text] of forms) {
    if (text.trim() === '') problems.push(`${where}: ${base}${form && `_${form}`} is empty.`)
    if (language.startsWith('zh') && /[\u4e00-\u9fff][,;:?!](\s|$|[\u4e00-\u9fff])/.test(text)) {
      problems.push(`${where}: ${base} has half-width punctuation after a Chinese character.`)
    }
  }
  if (forms.has('') && forms.size === 1) return
  const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  for (const form of needed) if (!forms.has(form)) problems.push(`${where}: ${base}_${form} is missing.`)
  for (const form of forms.keys()) {
    if (!needed.includes(form)) problems.push(`${where}: ${base}${form && `_${form}`} is not a form of this language.`)
  }
}

const files = projectFiles()
/** namespace → language → base key → forms */
const tables = new Map()
for (const path of files) {
  const [, language, namespace] = /^resources\/locales\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? []
  if (!language) continue
  if (!LANGUAGES.includes(language)) problems.push(`${path}: ${language} is not a language of the program.`)
  const bases = byBase(flatten(JSON.parse(read(path)), path))
  for (const [base, forms] of bases) checkForms(language, path, base, forms)
  tables.set(namespace, (tables.get(namespace) ?? new Map()).set(language, bases))
}

const [first, ...others] = LANGUAGES
for (const [namespace, languages] of tables) {
  const reference = languages.get(first) ?? new Map()
  for (const language of others) {
    const other = languages.get(language) ?? new Map()
    const where = `resources/locales/${language}/${namespace}.json`
    for (const [base, forms] of reference) {
      const theirs = other.get(base)
      if (!theirs) problems.push(`${where}: ${base} is missing.`)
      else if (namespace !== ERRORS && variables(theirs) !== variables(forms)) {
        problems.push(`${where}: ${base} has {{${variables(theirs)}}}, ${first} has {{${variables(forms)}}}.`)
      }
    }
    for (const base of other.keys()) {
      if (!reference.has(base)) problems.push(`resources/locales/${first}/${namespace}.json: ${base} is missing.`)
    }
  }
}

const keysOf = (namespace) => tables.get(namespace)?.get(first) ?? new Map()
const used = new Set()
const literals = new Set()
const menuWords = new Set()
let asked = 0
const code = files.filter(
  (path) => /^(renderer|electron|core|cli)\/.*\.tsx?$/.test(path) && !/\.(test|testing)\.tsx?$/.test(path),
)
for (const path of code) {
  const uses = translationUses(path, read(path))
  asked += uses.exact.length + uses.patterns.length
  for (const { key, namespaces, at } of uses.exact) {
    const found = (namespaces ?? [...tables.keys()]).filter((namespace) => keysOf(namespace).has(key))
    if (found.length === 0) problems.push(`${at}: no text ${(namespaces ?? ['any']).join('|')}:${key}.`)
    for (const namespace of found) used.add(`${namespace}:${key}`)
  }
  for (const { pattern, shown, namespaces, at } of uses.patterns) {
    let hits = 0
    for (const namespace of namespaces ?? [...tables.keys()]) {
      for (const base of keysOf(namespace).keys()) {
        if (!pattern.test(base)) continue
        used.add(`${namespace}:${base}`)
        hits += 1
      }
    }
    if (hits === 0) problems.push(`${at}: no text ${(namespaces ?? ['any']).join('|')}:${shown}.`)
  }
  for (const literal of uses.literals) literals.add(literal)
  if (path.startsWith('electron/')) for (const name of uses.properties) menuWords.add(name)
}

const codes = /ErrorCode = z\.enum\(\[([^\]]*)\]/.exec(read('shared/domain/errors.ts'))?.[1]?.match(/\w+/g) ?? []
for (const name of codes) {
  if (!keysOf(ERRORS).has(`${name}.title`))
    problems.push(`resources/locales/${first}/${ERRORS}.json: ${name}.title is missing.`)
}
if (codes.length === 0) problems.push('shared/domain/errors.ts: no error code was found.')

const isErrorText = (base) => codes.some((name) => ERROR_PARTS.some((part) => base === `${name}.${part}`))
for (const namespace of tables.keys()) {
  for (const base of keysOf(namespace).keys()) {
    if (used.has(`${namespace}:${base}`) || literals.has(`${namespace}:${base}`)) continue
    if (namespace === ERRORS && isErrorText(base)) continue
    if (namespace === MENU && menuWords.has(base)) continue
    // A key with a dot is never another word by chance.
    if (base.includes('.') && literals.has(base)) continue
    problems.push(`resources/locales/${first}/${namespace}.json: nothing uses ${base}.`)
  }
}

if (tables.size === 0) problems.push('No translation was found in resources/locales.')
if (asked === 0) problems.push('No code asks for a translation.')
const total = [...tables.keys()].reduce((sum, namespace) => sum + keysOf(namespace).size, 0)
conclude(problems, `${total} texts in ${LANGUAGES.length} languages, ${asked} uses`)
