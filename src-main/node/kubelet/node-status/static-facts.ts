import { readFile } from 'node:fs/promises'
import type { ContainerRuntime, MachineFacts } from '../../runtimes/container-runtime.ts'
import { type DnsSettings, parseResolvConf } from '../dns-settings.ts'

/** The machine that this process runs on. */
export interface HostFacts {
  machineId: string
  bootId: string
  /** The machine's own name servers. */
  dns: DnsSettings
}

/** What stays as it is while a kubelet runs. */
export interface StaticFacts {
  machine: MachineFacts
  /** Such as `docker://20.10.24`. */
  runtimeVersion: string
}

export async function readHostFacts(): Promise<HostFacts> {
  const [machineId, bootId, dns] = await Promise.all([
    readText('/etc/machine-id'),
    readText('/proc/sys/kernel/random/boot_id'),
    readHostDns(),
  ])
  return { machineId, bootId, dns }
}

export async function readStaticFacts(runtime: ContainerRuntime): Promise<StaticFacts> {
  const [machine, version] = await Promise.all([runtime.machine(), runtime.version()])
  return { machine, runtimeVersion: `${version.name}://${version.version}` }
}

const readText = async (path: string) => (await readFile(path, 'utf8').catch(() => '')).trim()

/** The machine's own name servers; those behind systemd's stub where it is used. */
async function readHostDns(): Promise<DnsSettings> {
  const settings = parseResolvConf(await readText('/etc/resolv.conf'))
  if (!settings.nameservers.every(address => address.startsWith('127.'))) return settings
  const behindStub = parseResolvConf(await readText('/run/systemd/resolve/resolv.conf'))
  return behindStub.nameservers.length ? behindStub : settings
}
