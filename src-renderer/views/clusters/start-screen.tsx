import { Copy, FileUp, SquareTerminal } from 'lucide-react'
import type { ClusterSummary, StartStep } from '../../../src-main/contract/clusters.ts'
import { useCore } from '../../bridge/hooks.ts'
import { navigate } from '../../bridge/location.ts'
import { Button } from '../../components/button.tsx'
import { formatMs } from '../../components/format.ts'
import { Icon } from '../../components/icon.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import { type GlyphKind, StatusGlyph } from '../../components/status-glyph.tsx'
import { startCluster, stopCluster } from '../shared/cluster-actions.ts'
import styles from './start-screen.module.css'

const glyphs: Record<StartStep['state'], GlyphKind> = {
  done: { shape: 'tick', tone: 'idle' },
  running: { shape: 'arc', tone: 'info' },
  waiting: { shape: 'dashed', tone: 'idle' },
  failed: { shape: 'cross', tone: 'bad' },
}

/** A local cluster that doesn't run: its start as it happens, with a way out from the first moment. */
export function StartScreen({ cluster }: { cluster: ClusterSummary }) {
  const core = useCore()
  const { local, name } = cluster
  if (local?.state === 'stopped') {
    return (
      <EmptyState
        title={`${name} is stopped`}
        actions={
          <Button look="primary" onPress={() => void startCluster(core, cluster)}>
            Start {name}
          </Button>
        }
      >
        Everything in it is kept. It is ready about a second after it is started.
      </EmptyState>
    )
  }
  if (local?.state === 'failed') {
    return (
      <div className={styles['screen']}>
        <div className={styles['column']}>
          <ErrorState
            title={`${name} could not be started`}
            message={
              cluster.error ??
              local.steps.find(({ state }) => state === 'failed')?.detail ??
              'No reason was given.'
            }
            onRetry={() => void startCluster(core, cluster)}
            actions={
              <Button look="quiet" onPress={() => navigate({ page: 'clusters', create: false })}>
                All clusters
              </Button>
            }
          />
          <Steps steps={local.steps} />
        </div>
      </div>
    )
  }
  const steps = local?.steps ?? []
  const total = steps.reduce((sum, { ms = 0 }) => sum + ms, 0)
  const done = steps.filter(({ state }) => state === 'done').length
  return (
    <div className={styles['screen']}>
      <div className={styles['column']}>
        <div>
          <h1>{local?.state === 'stopping' ? `${name} is stopping` : `${name} is starting`}</h1>
          <p className={styles['lead']}>
            A Kubernetes of your own. It stays on this machine and needs no account.
          </p>
        </div>
        <Steps steps={steps} />
        <progress
          className={styles['progress']}
          max={steps.length || 1}
          value={done}
          aria-label={`Start of ${name}`}
        />
        <div className={styles['row']}>
          <Button
            isDisabled={local?.state === 'stopping'}
            onPress={() => void stopCluster(core, cluster, false)}
          >
            Cancel
          </Button>
          <span>{total > 0 && `${formatMs(total)} so far`}</span>
        </div>
        <Next name={name} />
      </div>
    </div>
  )
}

function Steps({ steps }: { steps: readonly StartStep[] }) {
  return (
    <ol className={styles['steps']} aria-label="Steps">
      {steps.map(({ name, state, ms, detail }) => (
        <li key={name} className={styles[state]}>
          <StatusGlyph {...glyphs[state]} turning={state === 'running'} />
          <span>
            {name}
            {detail && state !== 'done' && <small>{detail}</small>}
          </span>
          {ms !== undefined && <time>{formatMs(ms)}</time>}
        </li>
      ))}
    </ol>
  )
}

function Next({ name }: { name: string }) {
  const context = name === 'local' ? 'slipway' : `slipway-${name}`
  return (
    <section className={styles['next']}>
      <h2>When it runs</h2>
      <dl>
        <dt>
          <Icon of={SquareTerminal} size={14} />
          Try it
        </dt>
        <dd>
          <code>kubectl --context {context} get nodes</code>
        </dd>
        <dt>
          <Icon of={FileUp} size={14} />
          Bring something
        </dt>
        <dd>Create objects from YAML with the button at the top right</dd>
        <dt>
          <Icon of={Copy} size={14} />
          Use it elsewhere
        </dt>
        <dd>Copy the path of its kubeconfig from the status bar</dd>
      </dl>
    </section>
  )
}
