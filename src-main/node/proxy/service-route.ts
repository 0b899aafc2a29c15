import type { RunScript } from './agent-command.ts'

export interface ServiceRoute {
  serviceCidr: string
  bridge: string
  gateway: string
}

/**
 * Gives service addresses a route on the node. The filter changes their destination before it matters, but a machine
 * that is offline has no route for them at all, and one that is online would send strays to its LAN.
 */
export async function addServiceRoute(run: RunScript, route: ServiceRoute): Promise<void> {
  const { serviceCidr, bridge, gateway } = route
  await run(`ip route replace ${serviceCidr} dev ${bridge} src ${gateway}`)
}
