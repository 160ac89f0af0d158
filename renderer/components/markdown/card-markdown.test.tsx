import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { startI18n } from '../../lib/i18n.ts'
import { CardMarkdown } from './card-markdown.tsx'
import { tameCard } from './card-text.ts'

beforeAll(() => {
  // The words of the card come from the packaged texts; there is no document here.
  Object.assign(globalThis, { document: { documentElement: {} } })
  startI18n('en')
  Reflect.deleteProperty(globalThis, 'document')
})

const draw = (markdown: string): string => renderToStaticMarkup(<CardMarkdown markdown={markdown} />)

describe('a model card', () => {
  it('is drawn with headings, tables, code and the harmless part of its HTML', () => {
    const html = draw('# Qwen\n\n|a|b|\n|-|-|\n|1|2|\n\n<div align="center"><b>Bold</b><br>line</div>\n\n`code`')
    expect(html).toContain('Qwen</h2>')
    expect(html).toContain('<table>')
    expect(html).toContain('Bold')
    expect(html).toContain('<code>code</code>')
  })

  it.each([
    ['a script', 'before <script>alert(1)</script> after', /script|alert/],
    ['a style sheet', '<style>body{display:none}</style>\n\ntext', /<style|display:none/],
    ['a frame', '<iframe src="https://evil.example"></iframe>\n\ntext', /iframe|evil/],
    ['an event handler', '<b onclick="alert(1)" onerror=alert(2)>text</b>', /onclick|onerror|alert/],
    ['a style attribute', '<p style="position:fixed;inset:0">text</p>', /position|style=/],
    ['a drawing with a script', '<svg onload=alert(1)><script>alert(2)</script></svg>\n\ntext', /svg|alert/],
    [
      'a form',
      '<form action="https://evil.example"><input name="p" type="password"></form>\n\ntext',
      /form|password|evil/,
    ],
    ['a script as link', '[text](javascript:alert(1))', /javascript|href/],
    ['a script as HTML link', '<a href="java&#10;script:alert(1)">text</a>', /script|href/],
    ['data as link', '[text](data:text/html;base64,PHNjcmlwdD4=)', /data:|href/],
    ['a link into the window', '[text](#/settings)', /href/],
    ['a base address', '<base href="https://evil.example/">\n\ntext', /base|evil/],
    ['a meta refresh', '<meta http-equiv="refresh" content="0;url=https://evil.example">\n\ntext', /meta|evil/],
    ['a media file', '<video src="https://evil.example/v.mp4" autoplay></video>\n\ntext', /video|evil/],
    ['a half tag', 'text <img src=x onerror=alert(1)//', /<img|onerror="/],
  ])('drops %s and keeps the text', (_, markdown, forbidden) => {
    const html = draw(markdown)
    expect(html).not.toMatch(forbidden)
    expect(html).toMatch(/text|before/)
  })

  it('fetches no picture: it is named, as a link', () => {
    for (const markdown of [
      '![Chart](https://evil.example/x.png)',
      '<img src="https://evil.example/x.png" alt="Chart" srcset="https://evil.example/y.png 2x">',
      '<picture><source srcset="https://evil.example/z.webp"><img src="https://evil.example/x.png" alt="Chart"></picture>',
    ]) {
      const html = draw(markdown)
      expect(html).not.toMatch(/<img|<source|srcset|src=/)
      expect(html).toContain('Chart')
      expect(html).toContain('Pictures of this card are shown as links')
    }
  })

  it('can’t take the name of anything in the window', () => {
    expect(draw('<p id="root" name="hearth">text</p>')).not.toMatch(/id="root"|name="hearth"/)
  })

  it.each([
    ['quotes', '>'.repeat(50_000) + ' x'],
    ['brackets', '['.repeat(50_000)],
    ['brackets with links', '[a]('.repeat(20_000)],
    ['lists', '- '.repeat(20_000) + 'x'],
    ['stars', '*a **b '.repeat(5000)],
    ['elements', '<div>'.repeat(20_000) + 'x'],
    ['spaces', `${' '.repeat(50_000)}x`],
  ])(
    'of nothing but nested %s is drawn all the same',
    (_, markdown) => {
      expect(draw(markdown).length).toBeGreaterThan(0)
    },
    60_000,
  )

  it('is cut where it is longer than anyone reads, and says so', () => {
    expect(tameCard('word '.repeat(100_000))).toMatchObject({ shortened: true })
    expect(draw('word '.repeat(21_000))).toContain('The card is very long')
    expect(tameCard('short')).toEqual({ text: 'short', shortened: false })
  }, 60_000)
})
