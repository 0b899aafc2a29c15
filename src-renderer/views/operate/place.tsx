import type { ObjectName } from '../../../src-main/contract/objects.ts'
import { useCluster } from '../shared/cluster.ts'

/** Where an object of a question is: `In shop on local`. */
export function Place({ object: { namespace } }: { object: ObjectName }) {
  const cluster = useCluster()
  return (
    <>
      In <b>{namespace}</b> on <b>{cluster.name}</b>
    </>
  )
}
