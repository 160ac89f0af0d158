import { Check, Copy, FolderOpen, ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { Button } from '../../components/ui/button.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { useCopied } from '../../components/use-copied.ts'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'
import type { SettingSection } from './rows.ts'

/** Where everything lies, and what stays here. */
export function useDataSection(system: SystemInfo): SettingSection {
  const { t } = useTranslation('settings')
  return {
    id: 'data',
    title: t('data.title'),
    icon: ShieldCheck,
    rows: [
      {
        id: 'folder',
        label: t('data.folder.label'),
        hint: t('data.folder.hint'),
        keywords: `HEARTH_HOME ${system.home}`,
        body: <Folder system={system} />,
      },
      { id: 'network', label: t('data.network.label'), hint: t('data.network.hint') },
      { id: 'chats', label: t('data.chats.label'), hint: t('data.chats.hint') },
      { id: 'requests', label: t('data.requests.label'), hint: t('data.requests.hint') },
      { id: 'models', label: t('data.models.label'), hint: t('data.models.hint') },
    ],
  }
}

function Folder({ system }: { system: SystemInfo }) {
  const { t } = useTranslation('settings')
  const errorText = useErrorText()
  const { copied, copy } = useCopied()
  const open = () => {
    rpc()
      .system.openHome()
      .catch((reason: unknown) => {
        const { title, suggestion } = errorText(errorInfo(reason))
        toast({ tone: 'bad', title, description: suggestion })
      })
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="flex min-w-0 flex-1 basis-64 items-center gap-1 rounded-md bg-sunken ps-3 pe-1">
        <code className="min-w-0 flex-1 py-1.5 font-mono text-sm wrap-anywhere select-text">{system.home}</code>
        <IconButton
          icon={copied ? Check : Copy}
          size="sm"
          label={t(copied ? 'data.folder.copied' : 'data.folder.copy')}
          onClick={() => copy(system.home)}
        />
      </div>
      {system.hasDesktop && system.access === 'local' && (
        <Button icon={FolderOpen} onClick={open}>
          {t('data.folder.open')}
        </Button>
      )}
    </div>
  )
}
