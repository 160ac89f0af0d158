import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../components/ui/code-block.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { snippet, type SnippetLanguage, type SnippetOptions } from './snippets.ts'

const TABS = [
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'javascript', label: 'JavaScript' },
] as const

/** Programs that ask this server one question, ready to paste. */
export function SnippetsCard(options: SnippetOptions) {
  const { t } = useTranslation('server')
  const [language, setLanguage] = useState<SnippetLanguage>('curl')
  return (
    <CodeBlock
      code={snippet(language, options)}
      language={language === 'curl' ? 'bash' : language}
      copyLabel={t('snippets.copy')}
      header={
        <Tabs
          variant="underline"
          label={t('snippets.label')}
          tabs={TABS}
          value={language}
          onValueChange={setLanguage}
        />
      }
    />
  )
}
