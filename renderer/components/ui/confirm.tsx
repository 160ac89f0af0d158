import { useTranslation } from 'react-i18next'
import { create } from 'zustand'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

export interface Question {
  title: string
  description: string
  /** The word on the button that does it. */
  action: string
  danger?: boolean
}

interface Pending {
  question: Question | null
  open: boolean
  answer: (yes: boolean) => void
}

const usePending = create<Pending>()(() => ({ question: null, open: false, answer: () => {} }))

function ask(question: Question): Promise<boolean> {
  usePending.getState().answer(false)
  return new Promise((resolve) => {
    usePending.setState({
      question,
      open: true,
      answer: (yes) => {
        usePending.setState({ open: false, answer: () => {} })
        resolve(yes)
      },
    })
  })
}

/** Asks the person before something that can't be undone; false when they would rather not. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  return ask
}

/** Where the questions of `useConfirm` appear; once in the window. */
export function ConfirmHost() {
  const { t } = useTranslation('common')
  const { question, open, answer } = usePending()
  if (question === null) return null
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) answer(false)
      }}
      title={question.title}
      description={question.description}
      actions={
        <>
          <Button onClick={() => answer(false)}>{t('actions.cancel')}</Button>
          <Button variant={question.danger === true ? 'danger' : 'primary'} onClick={() => answer(true)}>
            {question.action}
          </Button>
        </>
      }
    />
  )
}
