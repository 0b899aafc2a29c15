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
 * V8 by itself lets the nursery grow to 64 MB. Only flags that leave Node.js's own compiled code valid belong here;
 * how the rest of the heap grows, a process says itself (platform/memory.ts).
 */
export const memoryOptions = ['--max-semi-space-size=8']

/**
 * glibc has every thread allocate in a place of its own, up to eight for each core, and gives back little of what a
 * start leaves there: with two places a cluster takes 4 MB less, and 10 MB less after a load, as fast as before.
 */
export const memoryVariables = { MALLOC_ARENA_MAX: '2' }

/** Node's way. The child ends when this process does, because its channel closes. */
export const forkNode: Fork = (entry, args) => {
  const child = fork(entry, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: memoryOptions,
    env: { ...memoryVariables, ...process.env },
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
