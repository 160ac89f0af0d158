import { describe, expect, it } from 'vitest'
import { localSocketPath } from './local-socket-path.ts'

const places = { tmp: '/tmp', uid: 501 }

describe('where the command line knocks', () => {
  it('is in the data folder', () => {
    expect(localSocketPath('/home/me/.hearth', 'linux', places)).toBe('/home/me/.hearth/hearth.sock')
  })

  it('is a short path where that would be too long, another one for each folder', () => {
    const long = `/home/${'x'.repeat(100)}`
    const path = localSocketPath(long, 'darwin', places)
    expect(path).toMatch(/^\/tmp\/hearth-501\/[0-9a-f]{16}\.sock$/)
    expect(localSocketPath(`${long}y`, 'darwin', places)).not.toBe(path)
    expect(localSocketPath(long, 'darwin', places)).toBe(path)
  })

  it('counts bytes, not characters', () => {
    expect(localSocketPath(`/home/${'火'.repeat(30)}`, 'linux', places)).toMatch(/^\/tmp\//)
  })

  it('is a named pipe on Windows, whatever the case of the path', () => {
    expect(localSocketPath('C:\\Users\\Me\\Hearth', 'win32', places)).toMatch(/^\\\\\.\\pipe\\hearth-[0-9a-f]{16}$/)
    expect(localSocketPath('c:\\users\\me\\hearth', 'win32', places)).toBe(
      localSocketPath('C:\\Users\\Me\\Hearth', 'win32', places),
    )
  })
})
