import { useEffect, useState } from 'react'
import type { DrainPod, DrainProgress } from '../../../src-main/contract/nodes.ts'
import { useCall, useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { plural } from '../../components/format.ts'
import { Note, Skeleton } from '../../components/states.tsx'
import { type GlyphKind, StatusGlyph } from '../../components/status-glyph.tsx'
import { useCluster } from '../shared/cluster.ts'
import type { Target } from '../shared/operations.ts'
import styles from './questions.module.css'

/** Says what draining a node would do, asks, and shows how it goes. */
export function DrainQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const cluster = useCluster()
  const { name } = target.object
  const plan = useCall('nodes.drainPlan', { cluster: cluster.id, name }, true, 0)
  const [unmanaged, setUnmanaged] = useState(false)
  const [localData, setLocalData] = useState(false)
  const [runs, setRuns] = useState(false)
  const drain = useDrain(runs, { cluster: cluster.id, name, unmanaged, localData })
  const count = (fate: DrainPod['fate']) => plan.data?.filter(pod => pod.fate === fate).length ?? 0
  const lacksConsent =
    (count('unmanaged') > 0 && !unmanaged) || (count('local-data') > 0 && !localData)
  const leaving = count('evict') + count('unmanaged') + count('local-data')
  const staying = count('daemonset') + count('mirror') + count('ended')
  return (
    <Dialog
      alert
      title={runs ? `Draining Node ${name}` : `Drain Node ${name}?`}
      onClose={onClose}
      footer={
        runs ? (
          <Button look={drain.ended ? 'primary' : 'plain'} autoFocus onPress={onClose}>
            {drain.ended ? 'Close' : 'Stop draining'}
          </Button>
        ) : (
          <>
            <Button look="quiet" autoFocus onPress={onClose}>
              Cancel
            </Button>
            <Button
              look="danger"
              isDisabled={!plan.data || lacksConsent}
              onPress={() => setRuns(true)}
            >
              Drain
            </Button>
          </>
        )
      }
    >
      {runs ? (
        <Progress {...drain} node={name} />
      ) : plan.error ? (
        <Note tone="bad">
          The pods of {name} can’t be listed: {plan.error.message}
        </Note>
      ) : !plan.data ? (
        <Skeleton rows={3} />
      ) : (
        <>
          <p>
            On <b>{cluster.name}</b>. The node is cordoned, then{' '}
            {plural(leaving, 'pod leaves', 'pods leave')} it as far as disruption budgets allow
            {staying > 0 && <>; {plural(staying, 'pod', 'pods')} that belong to the node stay</>}.
          </p>
          <div className={styles['choices']}>
            {count('unmanaged') > 0 && (
              <Checkbox checked={unmanaged} onChange={setUnmanaged}>
                Also {plural(count('unmanaged'), 'pod')} that nothing makes anew
              </Checkbox>
            )}
            {count('local-data') > 0 && (
              <Checkbox checked={localData} onChange={setLocalData}>
                Also {plural(count('local-data'), 'pod')} whose emptyDir data is lost
              </Checkbox>
            )}
          </div>
        </>
      )}
    </Dialog>
  )
}

interface DrainState {
  readonly progress: DrainProgress | undefined
  readonly error: string | undefined
  readonly ended: boolean
}

function useDrain(
  runs: boolean,
  input: { cluster: string; name: string; unmanaged: boolean; localData: boolean },
): DrainState {
  const core = useCore()
  const [state, setState] = useState<DrainState>({
    progress: undefined,
    error: undefined,
    ended: false,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was agreed to when it began is what counts
  useEffect(() => {
    if (!runs) return
    const stream = core.connection.stream('nodes.drain', input, {
      item: progress => setState(now => ({ ...now, progress })),
      end: () => setState(now => ({ ...now, ended: true })),
      fail: ({ message }) => setState(now => ({ ...now, error: message, ended: true })),
    })
    return () => stream[Symbol.dispose]()
  }, [core, runs])
  return state
}

const glyphs: Record<DrainProgress['pods'][number]['state'], GlyphKind & { word: string }> = {
  waiting: { shape: 'ring', tone: 'idle', word: 'waits' },
  leaving: { shape: 'ringBar', tone: 'warn', word: 'is leaving' },
  blocked: { shape: 'triangle', tone: 'warn', word: 'may not leave yet' },
  gone: { shape: 'tick', tone: 'idle', word: 'has left' },
  failed: { shape: 'cross', tone: 'bad', word: 'could not leave' },
}

function Progress({ progress, error, ended, node }: DrainState & { node: string }) {
  const pods = progress?.pods ?? []
  const gone = pods.filter(({ state }) => state === 'gone').length
  return (
    <>
      {error && <Note tone="bad">{error}</Note>}
      {progress?.by === 'deletion' && (
        <Note tone="info">This server has no evictions, so pods are deleted.</Note>
      )}
      {ended && !error && gone === pods.length ? (
        <p>
          {node} is empty but for the pods that belong to it, and stays cordoned until you uncordon
          it.
        </p>
      ) : (
        !error && (
          <p role="status">
            {gone} of {plural(pods.length, 'pod has left', 'pods have left')}.
          </p>
        )
      )}
      {pods.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <ul className={styles['progress']} aria-label="Pods" tabIndex={0}>
          {pods.map(({ uid, namespace, name, state, message }) => {
            const { word, ...glyph } = glyphs[state]
            return (
              <li key={uid}>
                <StatusGlyph {...glyph} />
                <span>
                  {namespace}/{name} {word}
                  {message && <small>{message}</small>}
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}
