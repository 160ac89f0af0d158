import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Modelfile } from '../../../../shared/domain/models.ts'
import { Button } from '../../../components/ui/button.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { TextArea } from '../../../components/ui/text-area.tsx'

type Message = Modelfile['messages'][number]
const ROLES: readonly Message['role'][] = ['user', 'assistant', 'system']

export interface MessagesFieldProps {
  messages: readonly Message[]
  onChange: (messages: Message[]) => void
}

/** A conversation that stands before every other, as an example to the model. */
export function MessagesField({ messages, onChange }: MessagesFieldProps) {
  const { t } = useTranslation('models')
  const put = (place: number, change: Partial<Message>) =>
    onChange(messages.map((message, index) => (index === place ? { ...message, ...change } : message)))
  const add = () =>
    onChange([...messages, { role: messages.at(-1)?.role === 'user' ? 'assistant' : 'user', content: '' }])
  return (
    <div className="flex flex-col gap-2" role="group" aria-label={t('modelfile.messages')}>
      <p className="text-sm font-semibold">{t('modelfile.messages')}</p>
      {messages.map((message, place) => (
        // Messages have no identity but their place.
        <div key={place} className="flex items-start gap-2">
          <Select
            label={t('modelfile.role')}
            value={message.role}
            options={ROLES.map((role) => ({ value: role, label: t(`modelfile.roles.${role}`) }))}
            onValueChange={(role) => put(place, { role })}
          />
          <TextArea
            aria-label={t(`modelfile.roles.${message.role}`)}
            className="grow"
            rows={1}
            value={message.content}
            onChange={(event) => put(place, { content: event.target.value })}
          />
          <IconButton
            icon={Trash2}
            label={t('modelfile.removeMessage')}
            onClick={() => onChange(messages.filter((_, index) => index !== place))}
          />
        </div>
      ))}
      <Button size="sm" icon={Plus} className="self-start" onClick={add}>
        {t('modelfile.addMessage')}
      </Button>
    </div>
  )
}
