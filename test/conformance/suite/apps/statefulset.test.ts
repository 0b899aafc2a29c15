import { checkStatusWrites } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import {
  checkCollection,
  checkScale,
  readyPods,
  workload,
  workloads,
} from '../../support/workloads.ts'

conformance(
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should have a working scale subresource [Conformance]',
  context => checkScale(context, 'StatefulSet'),
)

conformance(
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should list, patch and delete a collection of StatefulSets [Conformance]',
  context => checkCollection(context, 'StatefulSet', 2),
)

conformance(
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should validate Statefulset Status endpoints [Conformance]',
  async context => {
    const statefulSets = workloads(context, 'StatefulSet')
    await context.step('create a StatefulSet', () =>
      statefulSets.create(workload('StatefulSet', 'status')),
    )
    await readyPods(context, 'status', 1)
    await checkStatusWrites(context, statefulSets, await statefulSets.get('status'))
  },
)
