import type { CSSProperties } from 'react'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { classNames } from '../../components/class-names.ts'
import styles from './cluster-mark.module.css'
import { identityColour, initials } from './cluster-words.ts'

/** A cluster's initials on its colour: filled while it is connected, outlined while it isn't. */
export function ClusterMark({ cluster, large }: { cluster: ClusterSummary; large?: boolean }) {
  return (
    <b
      className={classNames(
        styles['mark'],
        large && styles['large'],
        cluster.connection !== 'connected' && styles['off'],
      )}
      style={{ '--id': identityColour(cluster) } as CSSProperties}
      data-initials={initials(cluster.name)}
      aria-hidden
    />
  )
}
