import { KeyRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ServerStatus } from '../../../../shared/domain/server.ts'
import type { Settings } from '../../../../shared/domain/settings.ts'
import { Card } from '../../../components/ui/card.tsx'
import { EmptyState } from '../../../components/ui/empty-state.tsx'
import { ProblemNote } from '../server-problem.tsx'
import { SettingRow } from '../setting-row.tsx'
import { isOrigin } from '../shelf/shelf.ts'
import { TextList } from '../text-list.tsx'
import { useListSetting } from '../use-list-setting.ts'
import { HttpsRow } from './https-row.tsx'
import { KeysCard } from './keys-card.tsx'
import { NetworkRow } from './network-row.tsx'

export interface AccessTabProps {
  status: ServerStatus
  settings: Settings
  /** Whether anything can be changed from here. */
  local: boolean
}

/** Who may use the server, and how they prove it. */
export function AccessTab({ status, settings, local }: AccessTabProps) {
  const { t } = useTranslation('server')
  const [origins, setOrigins] = useListSetting(settings.server.origins, (next) => ({ origins: next }))
  return (
    <>
      {status.error !== null && <ProblemNote error={status.error} />}
      <Card className="divide-y divide-line">
        <NetworkRow status={status} settings={settings} local={local} />
        <HttpsRow status={status} https={settings.server.https} local={local} />
        <SettingRow label={t('origins.label')} hint={t('origins.hint')}>
          <TextList
            label={t('origins.label')}
            values={origins}
            placeholder="https://chat.example"
            isValid={isOrigin}
            invalid={t('origins.invalid')}
            disabled={!local}
            onChange={setOrigins}
          />
        </SettingRow>
      </Card>
      {local ? (
        <KeysCard needed={status.keyRequired} />
      ) : (
        <Card>
          <EmptyState icon={KeyRound} title={t('keys.remote.title')} description={t('keys.remote.hint')} />
        </Card>
      )}
    </>
  )
}
