import { join } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from '@playwright/test'
import { askForParis } from './ask.ts'
import { launchPackage } from './launch.ts'
import { expectGone, mappedFiles, processTree } from './processes.ts'
import { root, runProgram } from './programs.ts'

const executable = join(root, 'release', 'linux-unpacked', 'hearth')

test.skip(process.platform !== 'linux', 'The unpacked app of other platforms lies elsewhere.')

test.beforeAll(async () => {
  test.setTimeout(300_000)
  // Nothing is made again when nothing has changed.
  const { code, stdout, stderr } = await runProgram(process.execPath, ['scripts/package.mjs'])
  expect(code, stdout + stderr).toBe(0)
})

test('the packaged app answers, loads its libraries from beside the archive, and leaves no process', async () => {
  const app = await launchPackage(executable)
  let processes: number[] = []
  try {
    await expect(app.window.getByRole('heading', { level: 1, name: 'Hearth is ready' })).toBeVisible()
    expect(new URL(app.window.url()).protocol).toBe('app:')
    await askForParis(app.window)

    processes = processTree(app.process.pid ?? 0)
    const inUse = [...new Set(processes.flatMap(mappedFiles))]
    const unpacked = join(root, 'release', 'linux-unpacked', 'resources', 'app.asar.unpacked', 'node_modules')
    const libraries = inUse.filter((path) => path.endsWith('.node'))
    expect(libraries.some((path) => path.startsWith(join(unpacked, '@node-llama-cpp')))).toBe(true)
    expect(libraries.some((path) => path.startsWith(join(unpacked, '@photostructure', 'sqlite')))).toBe(true)
    expect(libraries.filter((path) => !path.startsWith(unpacked))).toEqual([])
    // The model is the one of the package, not of the checkout.
    const models = inUse.filter((path) => path.endsWith('.gguf'))
    expect(models.length).toBeGreaterThan(0)
    expect(models.filter((path) => !path.startsWith(join(root, 'release')))).toEqual([])
  } finally {
    await app.close()
  }
  expect(app.process.exitCode).toBe(0)
  await expectGone(processes)
})

test('its fuses let nobody into its processes, and the engine try its libraries in a fork', async () => {
  const wire = await getCurrentFuseWire(executable)
  const isOn = (fuse: FuseV1Options) => String.fromCharCode(Number(wire[fuse])) === '1'
  expect({
    runAsNode: isOn(FuseV1Options.RunAsNode),
    nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
    onlyFromArchive: isOn(FuseV1Options.OnlyLoadAppFromAsar),
    filePrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({ runAsNode: true, nodeOptions: false, inspect: false, onlyFromArchive: true, filePrivileges: false })
})
