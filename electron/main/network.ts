import { app, type Session } from 'electron'
import { isPermissionAllowed, isRequestAllowed } from './policy.ts'

/** Chromium's own services that would ask a server something, or look around in the network. */
const silencedFeatures = [
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'DialMediaRouteProvider',
  'GlobalMediaControls',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationGuideModelDownloading',
  'OptimizationHints',
  'OptimizationHintsFetching',
  'OptimizationTargetPrediction',
  'Translate',
]

const switches: readonly (readonly [string, string?])[] = [
  ['disable-background-networking'],
  ['disable-breakpad'],
  ['disable-client-side-phishing-detection'],
  ['disable-component-update'],
  ['disable-default-apps'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['dns-prefetch-disable'],
  ['no-pings'],
  ['no-proxy-server'],
  ['disable-features', silencedFeatures.join(',')],
  // The shell itself talks to nobody; even a request that slips through all else finds no host.
  ['host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]'],
]

/** Keeps Chromium's services off the network. Must run before the app is ready. */
export function silenceChromium(): void {
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value)
}

/** Lets a session do what the interface needs, and nothing else. */
export async function lockSession(session: Session): Promise<void> {
  session.webRequest.onBeforeRequest((details, respond) => respond({ cancel: !isRequestAllowed(details.url) }))
  session.setPermissionRequestHandler((_contents, permission, respond, details) => {
    respond(isPermissionAllowed(permission, details.requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermissionAllowed(permission, origin))
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.setSpellCheckerEnabled(false)
  // macOS has its own checker and no list to set.
  if (process.platform !== 'darwin') session.setSpellCheckerLanguages([])
  await session.setProxy({ mode: 'direct' })
}
