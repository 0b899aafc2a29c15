import { findFreePort, findPortHolder, isPortFree } from '#platform/ports.ts'

const defaultPort = 6443

export interface ChosenPort {
  port: number
  /** When the kept port could not be had: what to tell people. */
  moved?: string
}

/**
 * The API server's port. Given and taken is an error that names the holder. Otherwise the kept one, or 6443, or any free
 * one; a new cluster leaves the ports in `avoid`, which other clusters keep, to them.
 */
export async function chooseApiPort(
  given: number | undefined,
  kept: number | undefined,
  avoid: number[],
): Promise<ChosenPort> {
  const wanted = given ?? kept ?? defaultPort
  const leftToOthers = given === undefined && kept === undefined && avoid.includes(wanted)
  if (!leftToOthers && (await isPortFree(wanted))) return { port: wanted }
  if (given !== undefined) {
    throw new Error(
      `port ${given} is taken by ${await nameHolder(given)}: choose another --api-port, or leave it out to have one chosen`,
    )
  }
  const port = await findFreePort()
  return kept === undefined ? { port } : { port, moved: await sayMove(kept, port) }
}

async function sayMove(from: number, to: number): Promise<string> {
  const holder = await nameHolder(from)
  return `port ${from} of the API server is taken by ${holder}: it moved to ${to}, and the kubeconfigs are rewritten`
}

async function nameHolder(port: number): Promise<string> {
  const holder = await findPortHolder(port)
  return holder ? `${holder.program} (pid ${holder.pid})` : 'another program'
}
