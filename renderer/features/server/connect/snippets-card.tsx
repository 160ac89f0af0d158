import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../../components/ui/card.tsx'
import { CodeBlock } from '../../../components/ui/code-block.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { Tabs } from '../../../components/ui/tabs.tsx'
import { WithCode } from '../../../components/with-code.tsx'
import { snippet, type SnippetApi, type SnippetLanguage, type SnippetOptions } from './snippets.ts'
import { type Tool, TOOLS } from './tools.ts'
import { TOOL_NAMES, ToolSettings } from './tool-settings.tsx'

const APIS = [
  { value: 'openai', label: 'OpenAI' },
  { value: 'ollama', label: 'Ollama' },
  { value: 'anthropic', label: 'Anthropic' },
] as const

/** Programs that ask this server one question, ready to paste, and settings for programs that people have. */
export function SnippetsCard(options: SnippetOptions) {
  const { t } = useTranslation('server')
  const [tab, setTab] = useState<SnippetLanguage | 'tools'>('curl')
  const [api, setApi] = useState<SnippetApi>('openai')
  const [tool, setTool] = useState<Tool>('continue')
  const head = (choice: ReactNode) => (
    <div className="flex min-w-0 grow flex-wrap items-center justify-between gap-x-3 pe-1">
      <Tabs
        variant="underline"
        label={t('snippets.label')}
        tabs={[
          { value: 'curl', label: 'curl' },
          { value: 'python', label: 'Python' },
          { value: 'javascript', label: 'JavaScript' },
          { value: 'tools', label: t('snippets.tools') },
        ]}
        value={tab}
        onValueChange={setTab}
      />
      {choice}
    </div>
  )
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {tab === 'tools' ? (
        <Card className="overflow-hidden">
          <div className="flex min-h-8.5 items-center border-b border-line pr-1.5 pl-3.5">
            {head(
              <Select
                label={t('snippets.tool')}
                value={tool}
                onValueChange={setTool}
                options={TOOLS.map((value) => ({ value, label: TOOL_NAMES[value] }))}
              />,
            )}
          </div>
          <ToolSettings tool={tool} options={options} />
        </Card>
      ) : (
        <CodeBlock
          code={snippet(tab, api, options)}
          language={tab === 'curl' ? 'bash' : tab}
          copyLabel={t('snippets.copy')}
          header={head(<Select label={t('snippets.api')} value={api} onValueChange={setApi} options={APIS} />)}
        />
      )}
      {options.keyRequired && (
        <p className="px-1 text-sm text-ink-2">
          <WithCode text={t('snippets.key')} />
        </p>
      )}
      {options.selfSigned && <p className="px-1 text-sm text-ink-2">{t('snippets.selfSigned')}</p>}
    </div>
  )
}
