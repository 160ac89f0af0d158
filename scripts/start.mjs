import { pathToFileURL } from 'node:url'
import { buildApart } from './build.mjs'
import { findElectron } from './electron-runtime.mjs'
import { cliEntry, fail, hasDisplay, root, runMain } from './lib/project.mjs'
import { runInForeground } from './lib/run.mjs'
import { installAdvice, missingLibraries } from './lib/system.mjs'

await runMain(async () => {
  const args = process.argv.slice(2)
  await buildApart()
  if (hasDisplay()) await startApp(args)
  else await serveToBrowser(args)
})

/** @param {string[]} args */
async function startApp(args) {
  const electron = await findElectron()
  const missing = missingLibraries(electron.executable)
  if (missing.length > 0) {
    fail(`Electron needs system libraries that are not here: ${missing.join(', ')}. ${installAdvice(missing)}`)
  }
  // Set by some editors' terminals; it would start Electron as plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  let said = ''
  const code = await runInForeground(electron.executable, [...electron.args, ...args], {
    cwd: root,
    env,
    onStderr(text) {
      // What stops Electron comes at once; the rest of a long run is not kept.
      if (said.length < 20_000) said += text
    },
  })
  if (code !== 0 && /Missing X server|cannot open display/i.test(said)) return serveToBrowser(args)
  if (code !== 0 && /No usable sandbox|SUID sandbox helper/.test(said)) {
    fail(
      'This Linux does not let Chromium build its sandbox. Allow unprivileged user namespaces ' +
        '(sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0), or use Hearth in a browser: npm run hearth -- serve',
    )
  }
  process.exitCode = code
}

/** @param {string[]} args */
async function serveToBrowser(args) {
  console.log('There is no display here, so Hearth serves its interface to a browser instead.')
  process.argv = [process.argv[0] ?? 'node', cliEntry, 'serve', ...args]
  await import(pathToFileURL(cliEntry).href)
}
