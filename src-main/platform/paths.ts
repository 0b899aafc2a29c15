import path from 'node:path'

interface Surroundings {
  platform: NodeJS.Platform
  env: Record<string, string | undefined>
  home: string
}

/** Where local clusters live unless told otherwise: the platform's folder for application data. */
export function dataDirectory({ platform, env, home }: Surroundings): string {
  if (platform === 'win32') return path.win32.join(windowsFolder(env, home), 'Slipway')
  if (platform === 'darwin') return path.posix.join(home, 'Library/Application Support/Slipway')
  return path.posix.join(absolute(env['XDG_DATA_HOME']) ?? `${home}/.local/share`, 'slipway')
}

/** Where things lie that can be made again, such as the agent image. */
export function cacheDirectory({ platform, env, home }: Surroundings): string {
  if (platform === 'win32') return path.win32.join(windowsFolder(env, home), 'Slipway', 'Cache')
  if (platform === 'darwin') return path.posix.join(home, 'Library/Caches/Slipway')
  return path.posix.join(absolute(env['XDG_CACHE_HOME']) ?? `${home}/.cache`, 'slipway')
}

/** Where a local cluster's certificates and their keys lie, below the folder of its data. */
export const certificatesIn = (dataDir: string): string => path.join(dataDir, 'pki')

function windowsFolder(env: Surroundings['env'], home: string): string {
  return env['LOCALAPPDATA'] ?? path.win32.join(home, 'AppData', 'Local')
}

/** The XDG specification has relative paths ignored. */
const absolute = (folder: string | undefined): string | undefined =>
  folder?.startsWith('/') ? folder : undefined
