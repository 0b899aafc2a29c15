import { fork } from 'node:child_process'
import type { FromCluster, ToCluster } from '#platform/cluster-messages.ts'

/** How a child ended. `error`: it could not be started at all. */
export interface ChildExit {
  code: number | null
  signal?: string | null
  error?: Error
}

/** A process of ours with a channel to it. */
export interface Child<In = FromCluster, Out = ToCluster> {
  /** Goes nowhere once the child is gone. */
  send(message: Out): void
  /** Ends it by force. */
  kill(): void
  onMessage(listener: (message: In) => void): void
  /** What it says on stderr. */
  onOutput(listener: (text: string) => void): void
  readonly exited: Promise<ChildExit>
}

/** Starts a program of ours in a process of its own; every host has its own way. `name` shows in lists of processes. */
export type Fork = <In = FromCluster, Out = ToCluster>(
  entry: string,
  args: string[],
  name: string,
) => Child<In, Out>

/**
 * How the memory of our processes grows. V8 by itself lets the nursery grow to 64 MB and the rest to several times what
 * is alive before it collects; a cluster with 10,000 pods takes 250 instead of 380 MB with these, for some percent of CPU.
 * With `gc` at hand, a cluster collects once what its start left behind.
 */
export const memoryOptions = ['--max-semi-space-size=8', '--heap-growing-percent=60', '--expose-gc']

/** Node's way. The child ends when this process does, because its channel closes. */
export const forkNode: Fork = (entry, args) => {
  const child = fork(entry, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: memoryOptions,
  })
  return {
    send(message) {
      if (child.connected) child.send(message as object)
    },
    kill: () => child.kill('SIGKILL'),
    onMessage: listener => child.on('message', message => listener(message as never)),
    onOutput: listener => child.stderr?.on('data', chunk => listener(String(chunk))),
    exited: new Promise(resolve => {
      child.once('error', error => resolve({ code: null, error }))
      child.once('exit', (code, signal) => resolve({ code, signal }))
    }),
  }
}
