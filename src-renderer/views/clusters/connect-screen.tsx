import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { navigate } from '../../bridge/location.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/states.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { connectHint } from './connect-hint.ts'
import styles from './connect-screen.module.css'

/** A cluster that isn't connected: what is being tried, or why it failed and how to try again. */
export function ConnectScreen({
  cluster,
  error,
  onRetry,
}: {
  cluster: ClusterSummary
  error: string | undefined
  onRetry: () => void
}) {
  const leave = (
    <Button look="quiet" onPress={() => navigate({ page: 'clusters', create: false })}>
      All clusters
    </Button>
  )
  if (error !== undefined) {
    const hint = connectHint(error)
    return (
      <ErrorState
        title={`${cluster.name} can’t be reached`}
        message={hint ? `${error}. ${hint}` : error}
        onRetry={onRetry}
        actions={leave}
      />
    )
  }
  return (
    <div className={styles['screen']} role="status">
      <Status shape="arc" tone="info" turning>
        Connecting to {cluster.server ?? cluster.name}
      </Status>
      {cluster.signsInWith && <p>Signs in with {cluster.signsInWith}</p>}
      <div>{leave}</div>
    </div>
  )
}
