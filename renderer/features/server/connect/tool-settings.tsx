import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../../components/ui/code-block.tsx'
import { CopyButton } from '../../../components/ui/copy-button.tsx'
import { WithCode } from '../../../components/with-code.tsx'
import type { SnippetOptions } from './snippets.ts'
import { type Tool, toolParts } from './tools.ts'

export const TOOL_NAMES: Record<Tool, string> = {
  continue: 'Continue',
  cline: 'Cline',
  copilot: 'GitHub Copilot',
  openWebUi: 'Open WebUI',
  langchainPython: 'LangChain Python',
  langchainJs: 'LangChain JS',
  aider: 'aider',
}

/** What to paste or type into a program so that it uses this server. */
export function ToolSettings({ tool, options }: { tool: Tool; options: SnippetOptions }) {
  const { t } = useTranslation('server')
  return (
    <div className="flex flex-col gap-4 p-4">
      {toolParts(tool, options).map((part) => (
        <div key={part.where} className="flex min-w-0 flex-col gap-2">
          <p className="text-sm leading-prose text-ink-2">
            <WithCode text={t(`tools.${part.where}`)} />
          </p>
          {part.kind === 'code' && <CodeBlock code={part.code} language={part.language} copyLabel={t('tools.copy')} />}
          {part.kind === 'values' && (
            <dl className="divide-y divide-line rounded-md border border-line">
              {part.values.map(({ name, value }) => (
                <div key={name} className="flex min-h-9 flex-wrap items-center gap-x-3 px-3 py-1">
                  <dt className="w-40 text-sm text-ink-2">{name}</dt>
                  <dd className="flex min-w-0 flex-1 items-center gap-1">
                    <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere select-all">{value}</code>
                    <CopyButton text={value} label={t('tools.copyValue', { name })} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      ))}
    </div>
  )
}
