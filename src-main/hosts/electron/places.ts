import path from 'node:path'

/** Where things lie in a build or a package. */
export interface Places {
  coreEntry: string
  clusterEntry: string
  preload: string
  pages: string
  trayImages: string
  /** The agent image's recipe, and in a package the ready images too. */
  agentImages: string
}

/** `built`: the folder of the built main process. `resources`: a package's folder beside the app's archive. */
export function placesOf(built: string, resources: string | undefined): Places {
  const top = path.join(built, '../..')
  return {
    coreEntry: path.join(built, 'core.js'),
    clusterEntry: path.join(built, 'cluster.js'),
    preload: path.join(built, '../preload/preload.cjs'),
    pages: path.join(built, '../renderer'),
    trayImages: path.join(top, 'assets/tray'),
    agentImages: resources
      ? path.join(resources, 'agent-image')
      : path.join(top, 'assets/agent-image'),
  }
}
