import type { PersistentVolumeClaimSpec } from '#kubernetes/api/core-v1.ts'

/**
 * Says of a claim's source the same in both fields, the older `dataSource` and `dataSourceRef`. What upstream has never
 * taken goes without a word: an older field with another source than a claim or a snapshot, and a source of another
 * namespace, which is behind a feature gate. An old claim that has a source keeps it.
 */
export function alignDataSources(
  spec: PersistentVolumeClaimSpec,
  old?: Readonly<PersistentVolumeClaimSpec>,
): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef
  const hadSource = old?.dataSource ?? old?.dataSourceRef
  if (!hadSource && !spec.dataSourceRef && !isClaimOrSnapshot(spec)) delete spec.dataSource
  const { dataSource, dataSourceRef } = spec
  if (dataSource && !dataSourceRef) spec.dataSourceRef = { ...dataSource }
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...source } = dataSourceRef
    spec.dataSource = source
  }
}

function isClaimOrSnapshot({ dataSource }: PersistentVolumeClaimSpec): boolean {
  const { apiGroup = '', kind } = dataSource ?? {}
  return (
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
  )
}
