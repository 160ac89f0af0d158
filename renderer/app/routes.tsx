import { lazy, Suspense } from 'react'
import { HomePage } from '../features/onboarding/home-page.tsx'
import type { Route } from '../lib/router.ts'

const loadChat = () => import('../features/chat/chat-page.tsx')
const loadModels = () => import('../features/models/models-page.tsx')
const loadServer = () => import('../features/server/server-page.tsx')
const loadSettings = () => import('../features/settings/settings-page.tsx')

const ChatPage = lazy(async () => ({ default: (await loadChat()).ChatPage }))
const ModelsPage = lazy(async () => ({ default: (await loadModels()).ModelsPage }))
const ServerPage = lazy(async () => ({ default: (await loadServer()).ServerPage }))
const SettingsPage = lazy(async () => ({ default: (await loadSettings()).SettingsPage }))

/** Fetches the code of the other pages, so that they open at once. */
export async function prefetchPages(): Promise<void> {
  await loadChat()
  await Promise.all([loadModels(), loadServer(), loadSettings()])
}

/** The page of a route. */
export function Page({ route }: { route: Route }) {
  return <Suspense fallback={null}>{pageOf(route)}</Suspense>
}

function pageOf(route: Route) {
  switch (route.page) {
    case 'home':
      return <HomePage />
    case 'chat':
      return <ChatPage key={route.id} id={route.id} />
    case 'models':
      return <ModelsPage />
    case 'server':
      return <ServerPage />
    case 'settings':
      return <SettingsPage />
  }
}
