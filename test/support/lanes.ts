import { existsSync } from 'node:fs'

/** Why tests on a real dockerd can't run here; undefined when they can. */
export async function lacksDockerd(): Promise<string | undefined> {
  if (lacksLinux) return lacksLinux
  if (process.getuid?.() !== 0) return 'needs root to start a dockerd of its own'
  return existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd')
    ? undefined
    : 'dockerd is not installed (apt-get install docker.io)'
}

export const lacksLinux: string | undefined =
  process.platform === 'linux' ? undefined : 'needs Linux'

/** Why tests that mount, or run programs as other users, can't run here; undefined when they can. */
export const lacksRoot: string | undefined =
  lacksLinux ?? (process.getuid?.() === 0 ? undefined : 'needs root')

/** What a suite or a test is called: its title, and where it is skipped the reason. */
export const titled = (title: string, lack: string | undefined): string =>
  lack ? `${title} (skipped: ${lack})` : title

/** Why tests with a client from a Debian package can't run here; undefined when they can. */
export const lacksPackage = (name: 'python3-kubernetes' | 'ruby-kubeclient'): string | undefined =>
  existsSync(`/var/lib/dpkg/info/${name}.list`)
    ? undefined
    : `${name} is not installed (apt-get install ${name})`

/** Why tests on a real Podman don't run here; undefined when they do. */
export function lacksPodman(): string | undefined {
  if (process.env['SLIPWAY_TEST_FULL'] !== '1') return 'part of npm run test:full'
  if (lacksRoot) return lacksRoot
  return existsSync('/usr/bin/podman')
    ? undefined
    : 'podman is not installed (apt-get install podman)'
}
