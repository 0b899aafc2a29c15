import { readFile } from 'node:fs/promises'

export const isRoot = (): boolean => process.getuid?.() === 0

/** Capability numbers of `linux/capability.h` that matter to us. */
const capabilities = { netAdmin: 12, sysAdmin: 21, sysResource: 24 } as const

export type Capability = keyof typeof capabilities

/** Whether this process has a Linux capability in effect; false elsewhere. */
export async function hasCapability(name: Capability): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(capabilities[name])) & 1n) === 1n
}
