import type { RunScript } from './agent-command.ts'
import { masqueradeMark } from './nft-fragment.ts'

/**
 * Docker drops forwarded packets that it doesn't know; its chain DOCKER-USER is where others let theirs pass. Node ports
 * and service addresses reached from outside the pod network need it. Each cluster has its own rule.
 */
export async function allowForwarding(run: RunScript, cluster: string): Promise<void> {
  const insertOnce = `if ${hasChain} && [ -z "$handle" ]; then ${insert(cluster)}; fi`
  await run(`${findRule(cluster)}; ${insertOnce}`)
}

/** Takes the cluster's rule away again. */
export async function disallowForwarding(run: RunScript, cluster: string): Promise<void> {
  const remove = 'nft delete rule ip filter DOCKER-USER handle "$handle"'
  await run(`${findRule(cluster)}; [ -z "$handle" ] || ${remove}`)
}

const comment = (cluster: string) => `slipway ${cluster}`
const hasChain = 'nft list chain ip filter DOCKER-USER >/dev/null 2>&1'
const findRule = (cluster: string) =>
  `handle=$(nft -a list chain ip filter DOCKER-USER 2>/dev/null | grep -F '"${comment(cluster)}"' | sed 's/.*handle //')`
const insert = (cluster: string) =>
  `nft insert rule ip filter DOCKER-USER meta mark and ${masqueradeMark} == ${masqueradeMark} counter accept comment '"${comment(cluster)}"'`
