import { FileKey2, ShieldAlert } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerStatus } from '../../../../shared/domain/server.ts'
import type { Settings } from '../../../../shared/domain/settings.ts'
import { Button } from '../../../components/ui/button.tsx'
import { CopyButton } from '../../../components/ui/copy-button.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { SettingRow } from '../setting-row.tsx'
import { useChangeServer } from '../use-change.ts'

type Https = Settings['server']['https']

export interface HttpsRowProps {
  status: ServerStatus
  https: Https
  local: boolean
}

/** With which certificate the server answers, if any. Its own files take effect once both are named. */
export function HttpsRow({ status, https, local }: HttpsRowProps) {
  const { t } = useTranslation('server')
  const change = useChangeServer()
  const [mode, setMode] = useState(https.mode)
  const [stored, setStored] = useState(https.mode)
  if (stored !== https.mode) {
    // Changed elsewhere, or by us a moment ago.
    setStored(https.mode)
    setMode(https.mode)
  }
  const choose = (next: Https['mode']) => {
    setMode(next)
    if (next !== 'own' || (https.certificate !== null && https.key !== null)) change({ https: { mode: next } })
  }
  const choosePath = (part: 'certificate' | 'key', path: string | null) => {
    const files = { certificate: https.certificate, key: https.key, [part]: path }
    const complete = files.certificate !== null && files.key !== null
    change({ https: complete ? { ...files, mode: 'own' } : { [part]: path } })
  }
  return (
    <SettingRow
      label={t('https.label')}
      hint={t(`https.hint.${https.mode}`)}
      control={
        <Select
          label={t('https.label')}
          value={mode}
          disabled={!local}
          onValueChange={choose}
          options={[
            { value: 'off', label: t('https.mode.off') },
            { value: 'self-signed', label: t('https.mode.self-signed'), hint: t('https.mode.self-signedHint') },
            { value: 'own', label: t('https.mode.own'), hint: t('https.mode.ownHint') },
          ]}
        />
      }
    >
      {mode === 'own' && (
        <div className="flex flex-col gap-2.5">
          <PathField
            label={t('https.certificate')}
            path={https.certificate}
            disabled={!local}
            onPath={(path) => choosePath('certificate', path)}
          />
          <PathField
            label={t('https.key')}
            path={https.key}
            disabled={!local}
            onPath={(path) => choosePath('key', path)}
          />
          {https.mode !== 'own' && <p className="text-sm text-ink-3">{t('https.bothFiles')}</p>}
        </div>
      )}
      {status.certificateFingerprint !== null && (
        <div className="flex flex-col gap-1">
          <p className="text-sm text-ink-2">{t('https.fingerprint')}</p>
          <div className="flex items-start gap-1">
            <code className="min-w-0 py-1 font-mono text-xs leading-prose wrap-anywhere select-all">
              {status.certificateFingerprint}
            </code>
            <CopyButton text={status.certificateFingerprint} label={t('https.copyFingerprint')} />
          </div>
        </div>
      )}
      {https.mode === 'self-signed' && (
        <p className="flex items-start gap-2 text-sm leading-prose text-ink-2">
          <ShieldAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
          {t('https.warning')}
        </p>
      )}
    </SettingRow>
  )
}

interface PathFieldProps {
  label: string
  path: string | null
  disabled: boolean
  onPath: (path: string | null) => void
}

/** A file by its path: typed, or chosen where the window can say where files lie. */
function PathField({ label, path, disabled, onPath }: PathFieldProps) {
  const { t } = useTranslation('server')
  const id = useId()
  const [text, setText] = useState(path ?? '')
  const [stored, setStored] = useState(path)
  const chooser = useRef<HTMLInputElement>(null)
  if (stored !== path) {
    setStored(path)
    setText(path ?? '')
  }
  const apply = (value: string) => {
    const next = value.trim() === '' ? null : value.trim()
    if (next !== path) onPath(next)
  }
  return (
    <div className="flex items-end gap-2">
      <TextField
        id={id}
        label={label}
        className="min-w-0 flex-1"
        placeholder={t('https.path')}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => apply(text)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') apply(text)
          if (event.key === 'Escape') setText(path ?? '')
        }}
      />
      {window.hearth !== undefined && !disabled && (
        <>
          <input
            ref={chooser}
            type="file"
            hidden
            accept=".pem,.crt,.cer,.key"
            onChange={(event) => {
              const file = event.target.files?.[0]
              if (file !== undefined) apply(window.hearth?.pathForFile(file) ?? '')
              event.target.value = ''
            }}
          />
          <Button icon={FileKey2} aria-label={t('https.chooseFor', { label })} onClick={() => chooser.current?.click()}>
            {t('https.choose')}
          </Button>
        </>
      )}
    </div>
  )
}
