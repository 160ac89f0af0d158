import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { DocumentedOperation, JsonSchema, OpenApiDocument } from './document.ts'
import { PAGE_STYLE } from './page-style.ts'
import { fieldsHtml, marked } from './schema-html.ts'

/** Nothing is fetched and nothing runs: the page is all that there is. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

interface Entry {
  method: string
  path: string
  operation: DocumentedOperation
}

/**
 * The document as a page.
 * @param origin the address by which the server was called, for the examples
 */
export function createPage(document: OpenApiDocument, origin: string): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ method: method.toUpperCase(), path, operation })),
  )
  const groups = document.tags.map((tag) => ({
    ...tag,
    entries: entries.filter(({ operation }) => operation.tags.includes(tag.name)),
  }))
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Hearth API</title>
        ${raw(`<style>${PAGE_STYLE}</style>`)}
      </head>
      <body>
        <nav aria-label="Contents">
          ${groups.map(
            ({ name, entries: own }) =>
              html`<div>
                <h2>${name}</h2>
                <ol>
                  ${own.map(
                    (entry) => html`<li><a href="#${entry.operation.operationId}">${entry.operation.summary}</a></li>`,
                  )}
                </ol>
              </div>`,
          )}
          <div>
            <h2>Forms</h2>
            <ol>
              <li><a href="#schemas">What requests and answers look like</a></li>
            </ol>
          </div>
        </nav>
        <main>
          <h1>Hearth API</h1>
          <p>${marked(document.info.description)}</p>
          <p class="quiet">Version ${document.info.version}. For programs: <a href="/openapi.json">openapi.json</a></p>
          ${groups.map(
            ({ name, description, entries: own }) =>
              html`<section>
                <h2>${name}</h2>
                <p>${marked(description)}</p>
                ${own.map((entry) => operationHtml(entry, document, origin))}
              </section>`,
          )}
          <section id="schemas">
            <h2>What requests and answers look like</h2>
            ${Object.entries(document.components.schemas).map(
              ([name, schema]) =>
                html`<article id="schema-${name}">
                  <h3>${name}</h3>
                  ${schema.description === undefined ? '' : html`<p>${marked(schema.description)}</p>`}
                  ${fieldsHtml(schema)}
                </article>`,
            )}
          </section>
        </main>
      </body>
    </html>`
  return String(page)
}

function operationHtml({ method, path, operation }: Entry, document: OpenApiDocument, origin: string) {
  const request = operation.requestBody?.content['application/json']
  const answers = Object.entries(operation.responses)
  const good = answers.filter(([status]) => Number(status) < 400)
  const errors = answers.filter(([status]) => Number(status) >= 400)
  const scope = operation['x-key-scope']
  return html`<article id="${operation.operationId}">
    <h3>${operation.summary}</h3>
    <p class="path">
      <code><span class="method">${method}</span> ${path}</code>
    </p>
    ${operation.description === undefined ? '' : html`<p>${marked(operation.description)}</p>`}
    <p class="quiet">
      ${scope === undefined ? 'Needs no key' : html`From other computers: a key for <code>${scope}</code>`}
    </p>
    ${
      operation.parameters === undefined
        ? ''
        : html`<h4>In the path</h4>
            <table>
              <tbody>
                ${operation.parameters.map(
                  ({ name, description }) =>
                    html`<tr>
                      <td><code>${name}</code></td>
                      <td>${marked(description)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
    }
    ${
      request === undefined
        ? ''
        : html`<details>
            <summary>Fields of the request</summary>
            ${fieldsHtml(resolve(request.schema, document))}
          </details>`
    }
    <h4>Example</h4>
    <pre tabindex="0">${curl(method, origin + path, request?.examples.example.value)}</pre>
    ${good.map(
      ([status, { description, content = {} }]) => html`
        <h4>${status} · ${marked(description)}</h4>
        ${Object.entries(content).map(
          ([type, media]) =>
            html`<p class="quiet">${type} ${refHtml(media.schema)}</p>
              ${'examples' in media ? html`<pre tabindex="0">${exampleText(media.examples.example.value)}</pre>` : ''}`,
        )}
      `,
    )}
    <details>
      <summary>Errors</summary>
      <table>
        <tbody>
          ${errors.map(
            ([status, { description, content = {} }]) =>
              html`<tr>
                <td>${status} ${Object.values(content).map(({ schema }) => refHtml(schema))}</td>
                <td>${marked(description)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </article>`
}

function refHtml({ $ref }: JsonSchema) {
  const name = $ref?.split('/').at(-1)
  return name === undefined ? '' : html`<a href="#schema-${name}">${name}</a>`
}

function resolve(schema: JsonSchema, document: OpenApiDocument): JsonSchema {
  return document.components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema
}

function exampleText(value: unknown): string {
  return typeof value === 'string' ? value.trimEnd() : JSON.stringify(value, null, 2)
}

function curl(method: string, url: string, body: unknown): string {
  const verb = method === 'GET' || (method === 'POST' && body !== undefined) ? '' : `-X ${method} `
  return body === undefined ? `curl ${verb}${url}` : `curl ${verb}${url} -d '${JSON.stringify(body)}'`
}
