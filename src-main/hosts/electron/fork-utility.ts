import { utilityProcess } from 'electron'
import { type Fork, memoryOptions } from '../supervisor/child.ts'

/** Electron's way to start a process of ours. It ends with the app; a packaged app can't run as Node. */
export const forkUtility: Fork = (entry, args, name) => {
  const child = utilityProcess.fork(entry, args, {
    serviceName: `Slipway ${name}`,
    stdio: ['ignore', 'ignore', 'pipe'],
    execArgv: memoryOptions,
  })
  let ended = false
  const exited = new Promise<{ code: number }>(resolve => {
    child.once('exit', code => {
      ended = true
      resolve({ code })
    })
  })
  return {
    send(message) {
      if (!ended) child.postMessage(message)
    },
    kill() {
      if (child.pid !== undefined && !ended) process.kill(child.pid, 'SIGKILL')
    },
    onMessage: listener => child.on('message', listener),
    onOutput: listener => child.stderr?.on('data', chunk => listener(String(chunk))),
    exited,
  }
}
