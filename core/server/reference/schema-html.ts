import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { JsonSchema } from './document.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** Fields in fields that are shown in place; deeper ones are rare. */
const MOST_LEVELS = 3

/** The fields of an object, or what else a schema says. */
export function fieldsHtml(schema: JsonSchema): Html {
  const variants = schema.oneOf ?? (schema.properties === undefined ? schema.anyOf : undefined)
  if (variants !== undefined && variants.some((variant) => variant.properties !== undefined || variant.$ref)) {
    return html`<p class="either">One of:</p>
      ${variants.map((variant) => html`<div class="variant">${fieldsHtml(variant)}</div>`)}`
  }
  if (schema.properties === undefined) return html`<p>${typeHtml(schema)}${noteHtml(schema)}</p>`
  return html`<table>
    <tbody>
      ${rows(schema, '', 1)}
    </tbody>
  </table>`
}

function rows({ properties = {}, required = [] }: JsonSchema, before: string, level: number): Html[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${before}${name}`
    const inner = level < MOST_LEVELS ? insideOf(field) : undefined
    return [
      html`<tr>
        <td><code>${path}</code>${required.includes(name) ? html` <span class="required">required</span>` : ''}</td>
        <td>${typeHtml(field)}${noteHtml(field)}</td>
      </tr>`,
      ...(inner === undefined ? [] : rows(inner.schema, `${path}${inner.mark}.`, level + 1)),
    ]
  })
}

/** The object whose fields belong to a field, if there is just one that it can hold. */
function insideOf(field: JsonSchema): { schema: JsonSchema; mark: string } | undefined {
  const variants = (field.anyOf ?? [field]).filter(({ type }) => type !== 'null')
  const [only] = variants
  if (only === undefined || variants.length > 1) return undefined
  if (only.anyOf !== undefined && only !== field) return insideOf(only)
  if (only.properties !== undefined) return { schema: only, mark: '' }
  const inside = only.items === undefined ? undefined : insideOf(only.items)
  return inside === undefined ? undefined : { schema: inside.schema, mark: `[]${inside.mark}` }
}

function noteHtml({ description, default: usual }: JsonSchema): Html {
  return html`${description === undefined ? '' : html`<p>${marked(description)}</p>`}${
    usual === undefined ? '' : html`<p>Otherwise <code>${JSON.stringify(usual)}</code></p>`
  }`
}

/** A type in words, with links to what has a name. */
function typeHtml(schema: JsonSchema): Html {
  const { $ref, anyOf, oneOf, enum: values, items, type = 'anything' } = schema
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if ('const' in schema) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (values !== undefined)
    return html`${values.map((value, at) => html`${at === 0 ? '' : ' or '}<code>${JSON.stringify(value)}</code>`)}`
  const variants = anyOf ?? oneOf
  if (variants !== undefined) return html`${variants.map((one, at) => html`${at === 0 ? '' : ' or '}${typeHtml(one)}`)}`
  if (items !== undefined) return html`array of ${typeHtml(items)}${limits(schema)}`
  return html`${[type].flat().join(' or ')}${limits(schema)}`
}

function limits({ minimum, maximum, minItems, maxItems, minLength, maxLength }: JsonSchema): string {
  const [least, most] = [minimum ?? minItems ?? minLength, maximum ?? maxItems ?? maxLength]
  const isBound = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) !== Number.MAX_SAFE_INTEGER
  const unit = maxLength !== undefined ? ' characters' : ''
  const isSize = (minItems ?? minLength) !== undefined
  if (isSize && least === 1 && !isBound(most)) return ', not empty'
  if (isBound(least) && isBound(most)) return `, ${least} to ${most}${unit}`
  if (isBound(least)) return `, from ${least}${unit}`
  return isBound(most) ? `, up to ${most}${unit}` : ''
}

/** Plain text in which words between back quotes are code. */
export function marked(text: string): Html {
  const parts = text.split('`')
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
