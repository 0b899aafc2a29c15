import { existsSync } from 'node:fs'

/** Why tests on a real dockerd can't run here; undefined when they can. */
export async function lacksDockerd(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root to start a dockerd of its own'
  return existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd')
    ? undefined
    : 'dockerd is not installed (apt-get install docker.io)'
}

/** Why tests with a client from a Debian package can't run here; undefined when they can. */
export const lacksPackage = (name: 'python3-kubernetes' | 'ruby-kubeclient'): string | undefined =>
  existsSync(`/var/lib/dpkg/info/${name}.list`)
    ? undefined
    : `${name} is not installed (apt-get install ${name})`
