export function findElectron(surroundings: {
  env: Record<string, string | undefined>
  platform: string
  folder?: string
}): string | undefined
export function chooseElectron(options: {
  isRoot: boolean
  isWebAsked: boolean
  hasDisplay: boolean
  find: () => string | undefined
  install: () => boolean
  env: Record<string, string | undefined>
}): { binary: string } | { reason: string }
export function installElectron(node: string, env: Record<string, string | undefined>): boolean
