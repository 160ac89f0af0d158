import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { everyNetwork, lastingAddresses, networkAddresses, ownAddresses } from './network.ts'

function entry(address: string, internal = false): NetworkInterfaceInfo {
  const rest = { address, netmask: '', mac: '', internal, cidr: null }
  return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' }
}

const laptop = {
  lo: [entry('127.0.0.1', true), entry('::1', true)],
  docker0: [entry('172.17.0.1'), entry('fd00::1')],
  'br-3f2a': [entry('172.18.0.1')],
  wlan0: [entry('2001:db8::7'), entry('fe80::5'), entry('192.168.1.5')],
  eth1: [entry('169.254.10.1'), entry('10.0.0.3')],
}

describe('the addresses of this machine', () => {
  it('are told IPv4 first, those of virtual networks last, without link-local ones', () => {
    expect(networkAddresses(laptop)).toEqual([
      '192.168.1.5',
      '10.0.0.3',
      '2001:db8::7',
      '172.17.0.1',
      '172.18.0.1',
      'fd00::1',
    ])
  })

  it('last when they are neither of a virtual network nor of IPv6', () => {
    expect(lastingAddresses(laptop)).toEqual(['192.168.1.5', '10.0.0.3'])
  })

  it('may all be called, but for those of loopback', () => {
    expect(ownAddresses(laptop)).toEqual(expect.arrayContaining(['fe80::5', '169.254.10.1', '172.17.0.1']))
    expect(ownAddresses(laptop)).not.toContain('127.0.0.1')
  })

  it('are all bound at once, those of IPv6 where there are any', () => {
    expect(everyNetwork(laptop)).toBe('::')
    expect(everyNetwork({ lo: [entry('127.0.0.1', true)], eth0: [entry('10.0.0.3')] })).toBe('0.0.0.0')
  })
})
