import { dialog } from 'electron'
import type { LocalClusterState } from '#app/clusters/local-clusters.ts'

export type QuitChoice = 'quit' | 'stop-pods' | 'stay'

/** Asks before quitting while clusters run, and says what goes on without Slipway and what rests. */
export async function askToQuit(clusters: readonly LocalClusterState[]): Promise<QuitChoice> {
  const running = clusters.filter(({ state }) => state === 'running').map(({ name }) => name)
  if (!running.length) return 'quit'
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Quit Slipway?',
    detail:
      `Containers of ${running.join(', ')} go on. ` +
      'DNS, localhost ports and restarts rest until the next start.',
    buttons: ['Quit', 'Stop Pods and Quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  return (['quit', 'stop-pods', 'stay'] as const)[response] ?? 'stay'
}
