import type { ReactNode } from 'react'
import { Logo } from '../../components/logo.tsx'

/** A page of one column in the middle, for when there is nothing else to show. */
export function Centered({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="drag-region flex h-full flex-col items-center overflow-y-auto p-6">
      <div className="no-drag my-auto flex w-full max-w-dialog flex-col gap-4">
        <Logo className="size-10" />
        <h1 className="text-xl font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  )
}
